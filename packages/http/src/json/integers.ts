/**
 * What becomes of integers that a `number` cannot hold exactly, those past ±(2^53 − 1). They are never rounded.
 * - `'refuse'`: an answer that has one is a `BadResponse` (`unsafe-number`), and so has a body to send none: it is not sent
 *   (`StepFailed`), nor is a `bigint`.
 * - `'text'`: in an answer it is a string of its digits; in a body a `bigint` is sent as its digits. A `number` that is such
 *   an integer has lost its digits already, and is refused.
 *
 * Numbers with a fraction or an exponent are what JSON's readers make of them everywhere: the nearest `number`.
 */
export type Integers = 'refuse' | 'text'

/** @throws TypeError for anything else. */
export const checkedIntegers = (given: Integers | undefined, option: string): Integers | undefined => {
  if (given === undefined || given === 'refuse' || given === 'text') return given
  throw new TypeError(`${option}: expected 'refuse' or 'text', got ${typeof given}`)
}

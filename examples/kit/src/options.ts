/** Says what is wrong with an option; `UsageError` of the command line's reader. */
export type Refuse = (sentence: string) => never

/** A whole number from `least` to `most`. */
export const wholeNumber = (
  name: string,
  given: string | true,
  [least, most]: readonly [number, number],
  refuse: Refuse,
): number => {
  const n = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : Number.NaN
  if (n >= least && n <= most) return n
  return refuse(`--${name}: expected a whole number from ${least} to ${most}, got ${shown(given)}`)
}

/** One of some words, or nothing. */
export const oneOf = <Word extends string>(
  name: string,
  given: string | true | undefined,
  words: readonly Word[],
  refuse: Refuse,
): Word | undefined => {
  if (given === undefined) return undefined
  const found = words.find((word) => word === given)
  return found ?? refuse(`--${name}: expected one of ${words.join(', ')}, got ${shown(given)}`)
}

/** Whether it is there; it takes no value. */
export const flag = (name: string, given: string | true | undefined, refuse: Refuse): boolean =>
  typeof given === 'string' ? refuse(`--${name} takes no value, got ${shown(given)}`) : (given ?? false)

const shown = (given: string | true): string => (given === true ? 'nothing' : JSON.stringify(given))

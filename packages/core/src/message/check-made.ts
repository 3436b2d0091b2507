/**
 * Checks what only something else can make: a flow, a clock, a journal. By its methods, for two copies of a package may be loaded.
 *
 * @throws TypeError naming `option` and what was expected, when one of the methods is missing.
 */
export const checkMade = (
  option: string,
  expected: string,
  value: unknown,
  ...methods: readonly string[]
): void => {
  const made = value as Readonly<Record<string, unknown>> | null | undefined
  if (methods.every((m) => typeof made?.[m] === 'function')) return
  throw new TypeError(`${option}: expected ${expected}, got ${value === null ? 'null' : typeof value}`)
}

/** @throws TypeError naming `option`, when the text is none or empty. */
export const checkText = (option: string, text: unknown): void => {
  if (typeof text === 'string' && text.trim() !== '') return
  const got = text === null ? 'null' : typeof text === 'string' ? 'an empty one' : typeof text
  throw new TypeError(`${option}: expected a text, got ${got}`)
}

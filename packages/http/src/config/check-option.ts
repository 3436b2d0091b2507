const shown = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value

/** @throws TypeError naming `option`, when what only something else can make has not these methods. */
export const checkMade = (
  option: string,
  expected: string,
  value: unknown,
  ...methods: readonly string[]
): void => {
  const made = value as Readonly<Record<string, unknown>> | null | undefined
  if (methods.every((m) => typeof made?.[m] === 'function')) return
  throw new TypeError(`${option}: expected ${expected}, got ${shown(value)}`)
}

/** @throws TypeError naming `option`, when there is something and it is no function. */
export const checkFunction = (option: string, f: unknown): void => {
  if (f !== undefined && typeof f !== 'function')
    throw new TypeError(`${option}: expected a function, got ${shown(f)}`)
}

/** @throws TypeError naming `option`, when it is not one of these texts. */
export const checkChoice = (option: string, given: unknown, known: readonly string[]): void => {
  if ((known as readonly unknown[]).includes(given)) return
  throw new TypeError(
    `${option}: expected ${known.map((k) => `'${k}'`).join(' or ')}, got ${JSON.stringify(given)}`,
  )
}

/** @throws TypeError naming `option`, when it is no list. */
export const checkList = (option: string, given: unknown): void => {
  if (!Array.isArray(given)) throw new TypeError(`${option}: expected a list, got ${shown(given)}`)
}

/** @throws TypeError naming `option`, when there is something and it is no object of options. */
export const checkRecord = (option: string, given: unknown): void => {
  if (given === undefined || (typeof given === 'object' && given !== null && !Array.isArray(given))) return
  throw new TypeError(`${option}: expected an object, got ${shown(given)}`)
}

/** @throws TypeError naming `option`, when there is something and it is neither true nor false. */
export const checkFlag = (option: string, given: unknown): void => {
  if (given !== undefined && typeof given !== 'boolean')
    throw new TypeError(`${option}: expected true or false, got ${shown(given)}`)
}

/** @throws TypeError naming `option`, when it is no text, or an empty one. */
export const checkText = (option: string, given: unknown): void => {
  if (typeof given !== 'string' || given.trim() === '')
    throw new TypeError(`${option}: expected a text, got ${given === '' ? 'an empty one' : shown(given)}`)
}

/** A name that may become part of a hop's name and of ids. @throws TypeError saying what a name must be. */
export const checkName = (what: string, name: unknown): string => {
  if (typeof name !== 'string' || name.trim() === '' || /[/\n]/.test(name))
    throw new TypeError(
      `${what}: expected a name: a text that is not empty and has no "/", got ${JSON.stringify(name)}`,
    )
  return name
}

/** @throws TypeError when a step's function is none. */
export const checkFunction = (what: string, f: unknown): void => {
  if (typeof f !== 'function') throw new TypeError(`${what}: expected a function, got ${typeof f}`)
}

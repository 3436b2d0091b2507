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

/** @throws TypeError when a step is none; `target`: when it has no effect. */
export const checkStep = (what: string, step: unknown, target = false): void => {
  const s = step as
    | { readonly name?: unknown; readonly run?: unknown; readonly effect?: unknown }
    | null
    | undefined
  const isStep = typeof s?.run === 'function' && typeof s.name === 'string' && typeof s.effect === 'string'
  if (isStep && (!target || s.effect !== 'none')) return
  const got = isStep ? `the read "${String(s.name)}"` : step === null ? 'null' : typeof step
  const expected = target
    ? 'a target, made by target(…) or a client'
    : 'a step, made by read(…), target(…) or a client'
  throw new TypeError(`${what}: expected ${expected}, got ${got}`)
}

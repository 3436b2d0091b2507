import type { Settle } from '../ports/journal.js'
import type { NodeDefinition } from './node.js'

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

/** @throws TypeError when a settle policy is none, or asks for more replies than there are branches. */
export const checkSettle = (what: string, settle: unknown, branches: number): void => {
  if (settle === 'all' || settle === 'any' || settle === 'bestEffort') return
  const quorum = (settle as Exclude<Settle, string> | null | undefined)?.quorum
  if (Number.isInteger(quorum) && quorum! >= 1 && quorum! <= branches) return
  throw new TypeError(
    `${what}: settle: expected 'all', 'any', 'bestEffort' or { quorum: n } with n from 1 to the number of branches, got ${JSON.stringify(settle)}`,
  )
}

/** @throws TypeError when what was given to `through` is no pattern. */
export const checkNode = (part: unknown): { readonly name: string; readonly node: NodeDefinition } => {
  const p = part as { readonly name: string; readonly node?: Partial<NodeDefinition> } | null | undefined
  if (typeof p?.node?.enter !== 'function' || typeof p.node.call !== 'function')
    throw new TypeError(
      `through: expected a pattern, such as aggregate(…), got ${part === null ? 'null' : typeof part}`,
    )
  return { name: checkName('through', p.name), node: p.node as NodeDefinition }
}

import type { Setting } from '../config/setting.js'
import type { Tagged } from '../failure/failure.js'
import type { Effect, Target } from '../step/step.js'

/** Any target. */
export type AnyTarget = Target<never, unknown, Tagged>

/** Targets of which one is called: at least one. */
export type Targets = readonly [AnyTarget, ...AnyTarget[]]

/** What all of some targets accept. */
export type InputOf<T> = (T extends Target<infer A, unknown, Tagged> ? (input: A) => void : never) extends (
  input: infer A,
) => void
  ? A
  : never

/** What any of some targets replies. */
export type ReplyOf<T> = T extends Target<never, infer B, Tagged> ? B : never

/** What any of some targets fails with. */
export type FailureOf<T> = T extends Target<never, unknown, infer E> ? E : never

/** A target as those that share it out call it. */
export type Called = Target<unknown, unknown, Tagged>

/** @throws TypeError when these cannot be told apart, or are no targets. */
export const checkedTargets = (
  what: 'failover' | 'roundRobin',
  name: string,
  targets: Targets,
): readonly Called[] => {
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`${what}: name: expected a text that is not empty, got ${JSON.stringify(name)}`)
  if (!Array.isArray(targets) || targets.length === 0)
    throw new TypeError(`${what} "${name}": targets: expected at least one target`)
  const names = new Set<string>()
  for (const t of targets as readonly Partial<Called>[]) {
    if (typeof t?.run !== 'function' || t.destination === undefined || (t.effect as Effect) === 'none')
      throw new TypeError(`${what} "${name}": targets: expected targets, got ${t?.name ?? typeof t}`)
    if (names.has(t.name!))
      throw new TypeError(
        `${what} "${name}": targets: two are named "${t.name}"; what is remembered of them goes by name`,
      )
    names.add(t.name!)
  }
  return targets as readonly Called[]
}

/** The weakest of their effects: unsafe if any is unsafe, keyed if any is keyed. */
export const weakest = (targets: readonly Called[]): Called['effect'] => {
  const effects = new Set(targets.map((t) => t.effect))
  return effects.has('unsafe') ? 'unsafe' : effects.has('keyed') ? 'keyed' : 'idempotent'
}

/** All that they read from the configuration. */
export const settingsOf = (targets: readonly Called[]): readonly Setting<unknown>[] =>
  targets.flatMap((t) => t.settings ?? [])

import type { Context } from '../../step/step.js'
import type { Fold } from '../group/rules.js'

/** The options of event windows, checked. Lengths in milliseconds. */
export interface WindowRules {
  readonly name: string
  readonly key: ((body: unknown, ctx: Context) => unknown) | undefined
  readonly time: (body: unknown, ctx: Context) => unknown
  readonly id: (body: unknown, ctx: Context) => unknown
  readonly size: number
  readonly grace: number
  readonly retain: number
  readonly refuse: boolean
  readonly into: Fold<unknown, unknown, Context> | undefined
}

/** One fact: what is known of it before its window is looked at. */
export interface Fact {
  readonly key: string
  readonly id: string
  readonly time: number
  /** When its window begins. */
  readonly from: number
}

/** @throws TypeError for a key, an id or a time that is none. */
export const factOf = (rules: WindowRules, body: unknown, ctx: Context): Fact => {
  const key = rules.key === undefined ? '' : rules.key(body, ctx)
  const time = rules.time(body, ctx)
  const id = rules.id(body, ctx)
  if (typeof key !== 'string') throw new TypeError(`key gave ${typeof key}, expected a string`)
  if (typeof id !== 'string') throw new TypeError(`id gave ${typeof id}, expected a string`)
  if (typeof time !== 'number' || !Number.isFinite(time))
    throw new TypeError(`time gave ${String(time)}, expected epoch milliseconds`)
  return { key, id, time, from: Math.floor(time / rules.size) * rules.size }
}

/** When the first result of a window goes on. */
export const closesAt = (rules: WindowRules, from: number): number => from + rules.size + rules.grace

/** When what a window is made of is removed. */
export const forgetsAt = (rules: WindowRules, from: number): number => closesAt(rules, from) + rules.retain

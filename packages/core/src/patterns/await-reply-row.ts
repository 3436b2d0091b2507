import type { NodeContext } from '../flow/node.js'
import type { Json } from '../message/json.js'
import { stringify } from '../message/storable.js'
import type { StateMove, Stored } from '../ports/journal.js'
import { forgetRow, type Forgettable } from './forget-row.js'

/** One answer. */
export interface Reply<R> {
  readonly value: R
  /** Who gave it, where the answering flow says so. */
  readonly by?: string
  /** When it came: epoch milliseconds. */
  readonly at: number
  readonly version?: number | string
}

/** One message that waits. Epoch milliseconds. */
export interface Wait {
  readonly since: number
  readonly until: number
  /** How many reminders were sent. */
  readonly reminded: number
}

/** What is known of one id: state of the journal, shared by all flows that use the correlation. */
export interface Row extends Forgettable {
  /** By the id of the entry that waits. */
  readonly waits: Readonly<Record<string, Wait>>
  readonly replies: readonly Reply<Json>[]
  /** How the last wait ended. */
  readonly over?: 'answered' | 'expired'
}

/** Answers that are kept for one id at most. */
export const MOST = 100

/** The name of the state of one id. */
export const rowName = (correlation: string, id: unknown): string => {
  if (typeof id !== 'string' || id === '')
    throw new TypeError(
      `correlation "${correlation}": id: expected a text that is not empty, got ${id === '' ? "''" : typeof id}`,
    )
  return `await:${correlation}:${id}`
}

/** The row as of now. */
export const rowAt = async (ctx: NodeContext, name: string): Promise<Stored | undefined> =>
  (await ctx.state([name]))[name]

export const rowOf = (stored: Stored | undefined): Row | undefined => stored?.value as Row | undefined

/** Writes, keeps (by writing it again) or removes a row as it was read. */
export const moveTo = (name: string, from: Stored | undefined, to: Row | undefined): StateMove => ({
  name,
  expect: from?.version ?? 0,
  value: to as Json | undefined,
})

/** Copies a value through JSON. @throws TypeError naming what JSON cannot carry. */
export const asJson = (what: string, value: unknown): Json => {
  const made = stringify(value)
  if ('text' in made) return JSON.parse(made.text) as Json
  throw new TypeError(`${what}: ${made.path || 'the value'}: ${made.type} cannot be stored`)
}

/** Answers that nobody took are discarded with their row. */
export const forget: ReturnType<typeof forgetRow<Row>> = forgetRow<Row>(({ over, replies }) =>
  over !== 'answered' && replies.length > 0 ? 'discarded' : 'joined',
)

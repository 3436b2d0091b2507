import type { Json } from '../message/json.js'
import type { Journal, Stored } from '../ports/journal.js'
import { brief } from './brief.js'
import { controlledOf, type Controlled } from './controlled.js'

/** The name of the journal's state that says what people did. */
export const ACTS = 'acts'

/** So many are kept, and of each so many ids. */
const KEPT = 50
const IDS = 5

/** Something that a person did to a journal or its service, from the terminal, over HTTP or by a tool. */
export interface Act {
  /** Epoch milliseconds. */
  readonly at: number
  readonly did: 'replay' | 'replay-message' | 'discard' | 'erase' | 'pause' | 'resume'
  /** Who, as far as it was said. */
  readonly by?: string
  /** The reason that was given. */
  readonly why?: string
  /** Of a pause, or of its end. */
  readonly what?: Controlled
  /** How many dead letters or entries. */
  readonly n?: number
  /** Some of their ids: the first 5. Of what was erased, none. */
  readonly ids?: readonly string[]
}

/** What people did last, as it is stored, the latest first; what this version does not understand is left out. */
export const readActs = (value: Json | undefined): readonly Act[] => rows(value).flatMap(actOf).toReversed()

/**
 * Keeps what a person did, after it was done, with the last 50 of such: who, when, what and why. A crash in between loses the
 * remark, not the act. Reasons and names are cut at 500 characters.
 */
export const recordAct = async (journal: Pick<Journal, 'read' | 'accept'>, act: Act): Promise<void> => {
  for (;;) {
    const stored: Stored | undefined = (await journal.read([ACTS]))[ACTS]
    const value = [...rows(stored?.value), rowOf(act)].slice(-KEPT)
    const move = { name: ACTS, expect: stored?.version ?? 0, value }
    if ((await journal.accept([], { state: [move] })) !== 'conflict') return
  }
}

const rows = (json: Json | undefined): readonly Json[] =>
  Array.isArray(json) ? (json as readonly Json[]) : []

const rowOf = ({ at, did, by, why, what, n, ids }: Act): Json => ({
  at,
  did,
  ...(by !== undefined && { by: brief(by) }),
  ...(why !== undefined && { why: brief(why) }),
  ...(what !== undefined && { what: { ...what } }),
  ...(n !== undefined && { n }),
  ...(ids !== undefined && { ids: ids.slice(0, IDS) }),
})

const actOf = (row: Json): readonly Act[] => {
  const { at, did, by, why, what, n, ids } = (row ?? {}) as Partial<Record<keyof Act, Json>>
  if (typeof at !== 'number' || typeof did !== 'string') return []
  const of = controlledOf(what)
  return [
    {
      at,
      // One of a later version is told as it calls it.
      did: did as Act['did'],
      ...(typeof by === 'string' && { by }),
      ...(typeof why === 'string' && { why }),
      ...(of !== undefined && { what: of }),
      ...(typeof n === 'number' && { n }),
      ...(Array.isArray(ids) && { ids: ids.filter((id) => typeof id === 'string') }),
    },
  ]
}

import type { NewEntry, Taken } from '@xconnector/core'
import type { Answer, Call } from '../call.js'

// What crosses most often is packed: a clone writes out the name of every property of every object, and both threads pay
// for it. Everything else crosses as it is.

type Given = Exclude<Answer, { readonly busy: true }>
type Rest = Omit<NewEntry, 'flow' | 'hop' | 'id' | 'body' | 'envelope' | 'key' | 'dedupe'>
type Tuple = readonly [
  flow: string,
  hop: string,
  id: string,
  body: string,
  envelope: string | undefined,
  key: string | undefined,
  dedupe: string | undefined,
  until: number | undefined,
  rest: Rest | undefined,
]

/** A call on its way to the thread: an accept as its entries, one after the other. */
export type PackedCall = Call | readonly Tuple[]

/** An answer on its way back: `true` for an accept that took every entry as it was given. */
export type PackedAnswer = Given | true

export const packCall = (call: Call): PackedCall =>
  call.do === 'accept' && call.state === undefined && call.wake === undefined
    ? call.entries.map(packEntry)
    : call

export const unpackCall = (packed: PackedCall): Call =>
  isPacked(packed) ? { do: 'accept', entries: packed.map(unpackEntry) } : packed

export const packAnswer = (call: Call, given: Given): PackedAnswer => {
  if (call.do !== 'accept' || !('ok' in given) || given.ok === 'conflict') return given
  const { entries } = call
  const all = (given.ok as readonly Taken[]).every(
    ({ as, id }, i) => as === 'accepted' && id === entries[i]!.id,
  )
  return all ? true : given
}

export const unpackAnswer = (call: Call, packed: PackedAnswer): Given => {
  if (packed !== true) return packed
  const entries = call.do === 'accept' ? call.entries : []
  return { ok: entries.map(({ id }): Taken => ({ id, as: 'accepted' })) }
}

const isPacked = (packed: PackedCall): packed is readonly Tuple[] => Array.isArray(packed)

const packEntry = (entry: NewEntry): Tuple => {
  const { flow, hop, id, body, envelope, key, dedupe, ...rest } = entry
  const rare = Object.keys(rest).length === 0 ? undefined : rest
  return [flow, hop, id, body, envelope, key, dedupe?.key, dedupe?.until, rare]
}

const unpackEntry = (t: Tuple): NewEntry => {
  const [flow, hop, id, body, envelope, key, dedupe, until, rest] = t
  return {
    ...rest,
    flow,
    hop,
    id,
    body,
    ...(envelope !== undefined && { envelope }),
    ...(key !== undefined && { key }),
    ...(dedupe !== undefined && { dedupe: { key: dedupe, until: until! } }),
  }
}

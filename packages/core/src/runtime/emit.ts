import { StepFailed } from '../failure/step-failed.js'
import type { JsonText } from '../message/json.js'
import { stringify } from '../message/storable.js'
import type { Inherited } from '../flow/node.js'
import type { Hop, Next } from '../plan/hop.js'
import type { Claimed, NewEntry } from '../ports/journal.js'
import { left, right, type Result } from '../result/result.js'
import type { Fn } from '../run/line.js'
import { entryId, envelopeText, rootOf, type Envelope } from './envelope.js'

/** What a commit emits: entries that inherit the message's key, version and deadline. */
export interface Origin {
  readonly entry: Claimed
  readonly envelope: Envelope
  readonly hop: Hop
  /** The flow's version, when it is not the one that stored the entry. */
  readonly version: number
  readonly now: number
}

/** Where an emitted entry differs from what it inherits. */
export interface Differing {
  readonly items?: Envelope['items']
  /** The envelope with these items, where it is at hand as text. */
  readonly envelope?: JsonText
  readonly notBefore?: number | undefined
  /** Another key; `null` for none. */
  readonly key?: string | null | undefined
  /** Without version and deadline. */
  readonly fresh?: boolean | undefined
  /** In the place of key, version and deadline of the entry. */
  readonly inherits?: Inherited | undefined
  readonly suffix?: string | undefined
  /** The same, of all that comes after it too. */
  readonly part?: string | undefined
  readonly join?: NewEntry['join']
  /** The join that it answers; `null`: none, not even the one of the entry that emits it. */
  readonly answers?: NewEntry['answers'] | null
  /** A dead letter from the start. */
  readonly dead?: NewEntry['dead']
}

/** What an emission comes to: entries, and the reply of a branch that has come to its end. */
export interface Sending {
  readonly entries: NewEntry[]
  reply?: JsonText
  /** What an item of a batch run ended with. */
  last?: { readonly outcome: Fn; readonly body: unknown }
}

/** The entries that take a body on. A body that JSON cannot carry is `StepFailed`, named after the hop. */
export const emit = (
  o: Origin,
  next: Next,
  body: unknown,
  differing: Differing = {},
): Result<StepFailed, Sending> => {
  const sending: Sending = { entries: [] }
  const bad = collect(o, next, body, differing, sending)
  return bad === undefined ? right(sending) : left(bad)
}

/** The same, into what is being sent already. */
export const collect = (
  o: Origin,
  next: Next,
  body: unknown,
  d: Differing,
  out: Sending,
): StepFailed | undefined => {
  switch (next.as) {
    case 'done':
      if (next.outcome !== undefined) out.last = { outcome: next.outcome, body }
      return undefined
    case 'answer': {
      const value = encoded(o, undefined, next.caught ? { v: body } : body)
      if (value._tag === 'Left') return value.left
      out.reply = value.right
      return undefined
    }
    case 'delay':
      return collect(o, next.next, body, { ...d, notBefore: (d.notBefore ?? o.now) + next.ms }, out)
    case 'fanOut': {
      for (const branch of next.branches) {
        const bad = collect(o, branch, body, { ...d, answers: null }, out)
        if (bad !== undefined) return bad
      }
      return collect(o, next.after, { sent: true }, d, out)
    }
    case 'gather': {
      const { settle, branches } = next
      const expect = branches.map((b) => b.name)
      const join = entryOf(o, next.join, 'null', { ...d, notBefore: undefined, join: { expect, settle } })
      out.entries.push(join)
      for (const branch of branches) {
        const answers = { join: join.id, as: branch.name }
        const bad = collect(o, branch.next, body, { ...d, answers }, out)
        if (bad !== undefined) return bad
      }
      return undefined
    }
    case 'hop': {
      const stored = encoded(o, next.codec, body)
      if (stored._tag === 'Left') return stored.left
      out.entries.push(entryOf(o, next.hop, stored.right, d))
      return undefined
    }
  }
}

const encoded = (
  o: Origin,
  codec: (Next & { as: 'hop' })['codec'],
  body: unknown,
): Result<StepFailed, JsonText> => {
  let value = body
  try {
    if (codec !== undefined) value = codec.encode(body)
  } catch (thrown) {
    return left(new StepFailed(o.hop.name, thrown))
  }
  const s = stringify(value)
  if ('text' in s) return right(s.text)
  const where = s.path === '' ? 'the body' : s.path
  return left(
    new StepFailed(
      o.hop.name,
      undefined,
      `hop "${o.hop.name}": ${where}: ${s.type} cannot be stored; give durable(name, codec)`,
    ),
  )
}

/** One entry at a hop. */
export const entryOf = (o: Origin, hop: string, body: JsonText, d: Differing): NewEntry => {
  const { entry, envelope } = o
  const { items: _, ...rest } = envelope
  const from: Inherited = d.inherits ?? entry
  const items = 'items' in d ? d.items : envelope.items
  const part = d.part === undefined ? envelope.part : `${envelope.part ?? ''}~${d.part}`
  const same = items === envelope.items && o.version === envelope.v && part === envelope.part
  const key = d.key === undefined ? from.key : (d.key ?? undefined)
  const answers = d.answers === undefined ? entry.answers : (d.answers ?? undefined)
  const id = entryId(rootOf(entry.id), hop, items) + (part ?? '')
  return {
    flow: o.hop.flow,
    hop,
    id: d.suffix === undefined ? id : `${id}~${d.suffix}`,
    body,
    ...(!same && {
      envelope:
        d.envelope ?? envelopeText({ ...rest, v: o.version, ...(part && { part }), ...(items && { items }) }),
    }),
    ...(key !== undefined && { key }),
    ...(d.fresh !== true && from.latest !== undefined && { latest: from.latest }),
    ...(d.fresh !== true && from.deadline !== undefined && { deadline: from.deadline }),
    ...(d.notBefore !== undefined && { notBefore: d.notBefore }),
    ...(d.join !== undefined && { join: d.join }),
    ...(answers !== undefined && { answers }),
    ...(d.dead !== undefined && { dead: d.dead }),
  }
}

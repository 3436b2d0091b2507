import { StepFailed } from '../failure/step-failed.js'
import { stringify } from '../message/storable.js'
import type { Hop, Next } from '../plan/hop.js'
import type { Claimed, NewEntry } from '../ports/journal.js'
import { left, right, type Result } from '../result/result.js'
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

type Emitted = Result<StepFailed, readonly NewEntry[]>

/** The entries that take a body on. A body that JSON cannot carry is `StepFailed`, named after the hop. */
export const emit = (
  o: Origin,
  next: Next,
  body: unknown,
  items: Envelope['items'] = o.envelope.items,
): Emitted => {
  const out: NewEntry[] = []
  const bad = collect(o, next, body, items, undefined, out)
  return bad === undefined ? right(out) : left(bad)
}

const collect = (
  o: Origin,
  next: Next,
  body: unknown,
  items: Envelope['items'],
  notBefore: number | undefined,
  out: NewEntry[],
): StepFailed | undefined => {
  if (next.as === 'done') return undefined
  if (next.as === 'delay') return collect(o, next.next, body, items, (notBefore ?? o.now) + next.ms, out)
  if (next.as === 'fanOut') {
    for (const branch of next.branches) {
      const bad = collect(o, branch, body, items, notBefore, out)
      if (bad !== undefined) return bad
    }
    return collect(o, next.after, { sent: true }, items, notBefore, out)
  }
  const stored = encoded(o, next, body)
  if (stored._tag === 'Left') return stored.left
  out.push(entry(o, next.hop, stored.right, items, notBefore))
  return undefined
}

const encoded = (o: Origin, next: Next & { as: 'hop' }, body: unknown): Result<StepFailed, string> => {
  let value = body
  try {
    if (next.codec !== undefined) value = next.codec.encode(body)
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

const entry = (
  o: Origin,
  hop: string,
  body: string,
  items: Envelope['items'],
  notBefore: number | undefined,
): NewEntry => {
  const { entry: from, envelope } = o
  const same = items === envelope.items && o.version === envelope.v
  return {
    flow: o.hop.flow,
    hop,
    id: entryId(rootOf(from.id), hop, items),
    body,
    ...(!same && {
      envelope: envelopeText({ ...envelope, v: o.version, ...(items !== undefined && { items }) }),
    }),
    ...(from.key !== undefined && { key: from.key }),
    ...(from.latest !== undefined && { latest: from.latest }),
    ...(from.deadline !== undefined && { deadline: from.deadline }),
    ...(notBefore !== undefined && { notBefore }),
  }
}

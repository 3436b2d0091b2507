import type { DecodeFailed } from '../failure/decode-failed.js'
import { StepFailed } from '../failure/step-failed.js'
import { failureToJson } from '../failure/to-json.js'
import type { Tagged } from '../failure/failure.js'
import type { Json, JsonText } from '../message/json.js'
import { millis } from '../message/duration.js'
import type { AcceptOptions } from '../flow/accept.js'
import type { Plan } from '../plan/plan.js'
import type { NewEntry } from '../ports/journal.js'
import { routeData } from '../route/route.js'
import type { Incoming, Source } from '../source/source.js'
import { decodeRaw } from '../source/decode.js'
import { envelopeText } from './envelope.js'

/** A message ready for the journal, or one that its sender gets back. */
export type Prepared =
  | { readonly entry: NewEntry; readonly decoded: boolean }
  | { readonly refused: DecodeFailed }

const DAY = 864e5

/**
 * Makes the entry of an incoming message: decodes it for its key, version and dedupe key; poison goes in as such. `own`:
 * the raw value itself may be decoded, for it was handed over.
 */
export const prepare = async (
  plan: Plan,
  source: Source<unknown, never>,
  incoming: Incoming,
  id: string,
  now: number,
  own: boolean,
): Promise<Prepared> => {
  const { name, version, accept } = plan.definition
  const headers = incoming.headers
  const envelope = {
    v: version,
    source: source.name,
    type: incoming.type,
    time: incoming.time ?? now,
    ...(headers !== undefined && { headers }),
    ...(headers?.['correlation-id'] !== undefined && { correlation: headers['correlation-id'] }),
    ...(headers?.traceparent !== undefined && { traceparent: headers.traceparent }),
  }
  const plain: NewEntry = {
    flow: name,
    hop: plan.first,
    id,
    body: incoming.text ?? stringified(incoming.raw),
    envelope: envelopeText(envelope),
    ...deduped(plan, source, incoming.dedupe, now),
    ...(accept.deadline !== undefined && {
      deadline: now + millis(accept.deadline, `flow "${name}": deadline`),
    }),
  }
  // A user's function may change what it is given: each flow gets a body of its own.
  const raw: unknown = own ? incoming.raw : JSON.parse(plain.body)
  const decoded = await decodeRaw(source, raw as never)
  if (decoded._tag === 'Left') {
    if (incoming.undecodable === 'refuse') return { refused: decoded.left }
    return { entry: poisoned(plan, plain, decoded.left), decoded: false }
  }
  try {
    return {
      entry: { ...plain, ...asked(plan, source, accept, decoded.right, incoming, now) },
      decoded: true,
    }
  } catch (thrown) {
    return { entry: poisoned(plan, plain, new StepFailed(`accept of "${name}"`, thrown)), decoded: false }
  }
}

// In JavaScript a source may give `undefined`, which has no JSON.
const stringified = (raw: Json): JsonText => {
  const text: JsonText | undefined = JSON.stringify(raw)
  return text ?? 'null'
}

const asked = (
  plan: Plan,
  source: Source<unknown, never>,
  o: AcceptOptions<unknown>,
  body: unknown,
  incoming: Incoming,
  now: number,
): Partial<NewEntry> => {
  const dedupe = o.dedupe === undefined ? incoming.dedupe : text('dedupe', o.dedupe(body))
  const latest = o.latest && {
    key: text('latest.key', o.latest.key(body)),
    version: versioned(o.latest.version(body)),
  }
  const key = o.key === undefined ? latest?.key : text('key', o.key(body))
  return {
    ...deduped(plan, source, dedupe, now),
    ...(latest !== undefined && { latest }),
    ...(key !== undefined && { key }),
  }
}

const deduped = (
  plan: Plan,
  source: Source<unknown, never>,
  key: string | undefined,
  now: number,
): Pick<NewEntry, 'dedupe'> => {
  if (key === undefined) return {}
  const { name, accept } = plan.definition
  const window = accept.window === undefined ? DAY : millis(accept.window, `flow "${name}": window`)
  return { dedupe: { key: `${name}\n${source.name}\n${key}`, until: now + window } }
}

/**
 * Poison is a dead letter from the start, when its route says no more than that. Another route (discard, divert, an
 * alert) is carried out by the first hop, which fails with the failure found here and does nothing else.
 */
const poisoned = (plan: Plan, plain: NewEntry, failure: Tagged): NewEntry => {
  const poison = failureToJson(failure)
  const on = plan.handlers(plan.start).find((h) => h.tag === failure._tag)
  if (on === undefined || on.as === 'route') {
    const route = routeData(on?.route ?? plan.rest(failure._tag), failure)
    if (route.verb === 'deadLetter' && route.alerts === undefined) return { ...plain, dead: poison }
  }
  return {
    ...plain,
    envelope: envelopeText({
      ...(JSON.parse(plain.envelope!) as Parameters<typeof envelopeText>[0]),
      poison,
    }),
  }
}

const text = (what: string, value: unknown): string => {
  if (typeof value !== 'string')
    throw new TypeError(`${what} gave ${value === null ? 'null' : typeof value}, expected a string`)
  return value
}

const versioned = (value: unknown): number | string => {
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value
  throw new TypeError(`latest.version gave ${String(value)}, expected a finite number or a string`)
}

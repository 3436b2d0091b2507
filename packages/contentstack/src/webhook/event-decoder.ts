import {
  decodeWith,
  left,
  right,
  type AnyDecoder,
  type Decoder,
  type Json,
  type May,
  type Result,
} from '@xconnector/core'
import { ownDecoder, within, type Decoding } from '../content/own-decoder.js'
import { eventNameOf, type EventName } from './event-name.js'
import { eventOfWire } from './event-of-wire.js'
import type { StackEvent } from './event.js'
import { wireDecoder, type WireEvent } from './wire-event.js'

type Decode<A> = (value: unknown) => May<Decoding<A>>

/** The events whose entries a codec of the user's reads: those that carry the entry's content. */
const WITH_CONTENT: ReadonlySet<EventName> = new Set(['entry.create', 'entry.update', 'entry.publish'])

/**
 * Decodes bodies of webhooks to events: those of the given names only. `entry` decodes the entries that carry content
 * (created, updated, published).
 */
export const eventDecoder = (names: ReadonlySet<EventName>, entry?: AnyDecoder): Decoder<StackEvent> => {
  const wires = new Map([...names].map((name) => [name, wireDecoder(name)] as const))
  const own: Decode<unknown> | undefined = entry && inEvent(decodeWith(entry))
  return ownDecoder((value) => {
    const name = eventNameOf(value as Json)
    const decode = name === undefined ? undefined : wires.get(name)
    if (name === undefined || decode === undefined) return left(NOT_WANTED)
    const wire = decode(value) as Result<never, WireEvent>
    if (wire._tag === 'Left') return wire
    const event = eventOfWire(name, wire.right)
    if (own === undefined || !WITH_CONTENT.has(name)) return right(event)
    const decoded = own(wire.right.data.entry)
    return decoded instanceof Promise ? decoded.then((d) => withEntry(event, d)) : withEntry(event, decoded)
  })
}

const NOT_WANTED = { issues: [{ path: ['event'], message: 'expected an event that this webhook takes' }] }

const inEvent =
  (decode: ReturnType<typeof decodeWith>): Decode<unknown> =>
  (value) => {
    const result = decode(value)
    return result instanceof Promise
      ? result.then((r) => within(['data', 'entry'], r))
      : within(['data', 'entry'], result)
  }

const withEntry = (event: StackEvent, entry: Decoding<unknown>): Decoding<StackEvent> =>
  entry._tag === 'Left'
    ? entry
    : right({ ...event, data: { ...event.data, entry: entry.right } } as unknown as StackEvent)

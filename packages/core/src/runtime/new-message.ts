import type { Definition } from '../flow/op.js'
import type { JsonText } from '../message/json.js'
import type { NewEntry } from '../ports/journal.js'
import type { Deployable } from '../route/deployable.js'
import { envelopeText, rootOf } from './envelope.js'
import type { JudgePorts, Trial } from './judge.js'

/** A diverted message: a root of its own in the other flow, caused by the one in hand, with its key. */
export const newMessage = (ports: JudgePorts, t: Trial, to: Deployable, body: JsonText): NewEntry => {
  const { entry, envelope, now } = t.origin
  return {
    flow: to.name,
    hop: ports.first(to.name)!,
    id: ports.ids.next(),
    body,
    envelope: envelopeText({
      v: (to as unknown as { definition: Definition }).definition.version,
      source: entry.flow,
      type: 'diverted',
      time: now,
      correlation: envelope.correlation ?? rootOf(entry.id),
      causation: rootOf(entry.id),
      ...(envelope.traceparent !== undefined && { traceparent: envelope.traceparent }),
    }),
    ...(entry.key !== undefined && { key: entry.key }),
  }
}

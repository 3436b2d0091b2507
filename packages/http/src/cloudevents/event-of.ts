import { decodeWith, type AnyDecoder, type Decoded, type Decoder, type May } from '@xconnector/core'
import type { CloudEvent } from './event.js'

/** The events of some types, each with what its decoder makes of its data. */
export type EventOf<M extends Readonly<Record<string, AnyDecoder>>> = {
  readonly [T in keyof M & string]: CloudEvent<Decoded<M[T]>, T>
}[keyof M & string]

interface Issue {
  readonly message: string
  readonly path: readonly (string | number)[]
}

type Validated = { readonly value: unknown } | { readonly issues: readonly Issue[] }

/**
 * A decoder of CloudEvents, as `cloudEvents()` gives them: one decoder of data for each type of event. Attributes and
 * extensions stay as they are. An event of another type does not decode; `only` on the webhook keeps those out.
 *
 * @example
 * eventOf({ 'com.example.order.placed': Order, 'com.example.order.paid': Payment })
 *
 * @throws TypeError when no type is named, or one has no decoder.
 */
export const eventOf = <const M extends Readonly<Record<string, AnyDecoder>>>(
  types: M,
): Decoder<EventOf<M>> => {
  if (typeof types !== 'object' || types === null)
    throw new TypeError(
      `eventOf: expected decoders by type of event, got ${types === null ? 'null' : typeof types}`,
    )
  const decoders = new Map(
    Object.entries(types).map(([type, decoder]) => [type, decodeWith(decoder)] as const),
  )
  if (decoders.size === 0) throw new TypeError('eventOf: expected the decoder of at least one type of event')
  const validate = (value: unknown): May<Validated> => {
    if (typeof value !== 'object' || value === null || (value as CloudEvent).specversion !== '1.0')
      return { issues: [{ message: 'expected a CloudEvent 1.0', path: [] }] }
    const event = value as CloudEvent<unknown>
    const decode = decoders.get(event.type)
    if (decode === undefined)
      return { issues: [{ message: `expected one of ${[...decoders.keys()].join(', ')}`, path: ['type'] }] }
    const whole = (data: unknown): Validated => ({ value: { ...event, data } })
    const result = decode(event.data)
    return result instanceof Promise
      ? result.then((r) => (r._tag === 'Right' ? whole(r.right) : inData(r.left.issues)))
      : result._tag === 'Right'
        ? whole(result.right)
        : inData(result.left.issues)
  }
  return { '~standard': { version: 1, vendor: 'xconnector', validate } } as never
}

const inData = (
  issues: readonly { readonly path: readonly unknown[]; readonly message: string }[],
): Validated => ({
  issues: issues.map(({ path, message }) => ({ message, path: ['data', ...path] as Issue['path'] })),
})

import { checkFunction } from '../config/check-option.js'
import type { Context, Json } from '@xconnector/core'
import { attributesFlaw, type Attributes } from './attributes.js'
import { headerValue } from './header-value.js'

/** How a body becomes a CloudEvent. Functions get the target's input and the context. */
export interface CloudEventOptions<A> {
  /** URI reference of the context in which it happened. */
  readonly source: string | ((input: A, ctx: Context) => string)
  /** Such as `'com.example.order.placed'`: by reverse domain name, as the specification advises. */
  readonly type: string | ((input: A, ctx: Context) => string)
  /** `'structured'` (default): one JSON object. `'binary'`: attributes in headers, data as the body. */
  readonly mode?: 'structured' | 'binary'
  /**
   * The same each time this event is sent, and another for every other event of the source. Default: the idempotency key of
   * the hop, which retries and crashes do not change.
   */
  readonly id?: (input: A, ctx: Context) => string
  /** What becomes `data`. Default: the input. */
  readonly data?: (input: A, ctx: Context) => unknown
  readonly subject?: string | ((input: A, ctx: Context) => string | undefined)
  /** Epoch milliseconds. Default: the message's time. */
  readonly time?: (input: A, ctx: Context) => number | undefined
  readonly dataschema?: string
  /** Attributes beside those of the specification: names of lower-case letters and digits. */
  readonly extensions?: (
    input: A,
    ctx: Context,
  ) => Readonly<Record<string, string | number | boolean | undefined>>
}

/** The two options of a target by which it sends CloudEvents. */
export interface CloudEventBody<A> {
  readonly headers: (input: A, ctx: Context) => Readonly<Record<string, string>>
  readonly body: (input: A, ctx: Context) => unknown
}

/**
 * Sends a target's input as a CloudEvent 1.0, in the JSON format. A message's `traceparent` and correlation become the
 * event's extensions of the same meaning. An event that the specification does not allow is `StepFailed`, and is not sent.
 *
 * @example
 * const placed = client.target({
 *   name: 'placed', method: 'POST', path: '/events', effect: 'idempotent',
 *   ...cloudEvent<Order>({ source: '/shop', type: 'com.example.order.placed', subject: (o) => o.id }),
 * })
 */
export const cloudEvent = <A>(options: CloudEventOptions<A>): CloudEventBody<A> => {
  const mode = checkedMode(options.mode ?? 'structured')
  checkEvent(options)
  const dataOf = options.data ?? ((input: A) => input)
  if (mode === 'binary')
    return {
      headers: (input, ctx) => binaryHeaders(attributesOf(options, input, ctx)),
      body: dataOf,
    }
  return {
    headers: () => ({ 'content-type': 'application/cloudevents+json' }),
    body: (input, ctx) => ({ ...attributesOf(options, input, ctx), data: dataOf(input, ctx) }),
  }
}

/**
 * Sends a list as a batch of CloudEvents, one for each of its items. The default id is the idempotency key of the hop and
 * the item's place.
 */
export const cloudEventBatch = <A>(
  options: Omit<CloudEventOptions<A>, 'mode'>,
): CloudEventBody<readonly A[]> => {
  checkEvent(options)
  const dataOf = options.data ?? ((input: A) => input)
  return {
    headers: () => ({ 'content-type': 'application/cloudevents-batch+json' }),
    body: (inputs, ctx) =>
      inputs.map((input, i) => ({
        ...attributesOf({ ...options, id: options.id ?? (() => `${ctx.key}/${i}`) }, input, ctx),
        data: dataOf(input, ctx),
      })),
  }
}

const checkEvent = <A>(options: CloudEventOptions<A>): void => {
  for (const option of ['source', 'type'] as const) {
    const given: unknown = options[option]
    if (typeof given !== 'function' && (typeof given !== 'string' || given === ''))
      throw new TypeError(`cloudEvent ${option}: expected a text or a function, got ${JSON.stringify(given)}`)
  }
  for (const option of ['id', 'data', 'time', 'extensions'] as const)
    checkFunction(`cloudEvent ${option}`, options[option])
}

const attributesOf = <A>(options: CloudEventOptions<A>, input: A, ctx: Context): Attributes => {
  const of = <T>(option: T | ((input: A, ctx: Context) => T)): T =>
    typeof option === 'function' ? (option as (input: A, ctx: Context) => T)(input, ctx) : option
  const { message } = ctx
  const time = options.time === undefined ? message.time : options.time(input, ctx)
  const all: Record<string, Json | undefined> = {
    traceparent: message.traceparent,
    correlationid: message.correlationId,
    ...options.extensions?.(input, ctx),
    specversion: '1.0',
    id: options.id?.(input, ctx) ?? ctx.key,
    source: of(options.source),
    type: of(options.type),
    subject: of(options.subject),
    time: time === undefined ? undefined : timeText(time),
    datacontenttype: 'application/json',
    dataschema: options.dataschema,
  }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  const attributes = Object.fromEntries(given) as Attributes
  const wrong = attributesFlaw(attributes)
  if (wrong !== undefined) throw new TypeError(`cloudEvent ${wrong}`)
  return attributes
}

const binaryHeaders = ({ datacontenttype, ...attributes }: Attributes): Record<string, string> => ({
  'content-type': String(datacontenttype),
  ...Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`ce-${name}`, headerValue(String(value))]),
  ),
})

const timeText = (at: number): string => {
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15)
    throw new TypeError('cloudEvent time: expected epoch milliseconds')
  return new Date(at).toISOString()
}

const checkedMode = (mode: string): string => {
  if (mode === 'structured' || mode === 'binary') return mode
  throw new TypeError(`cloudEvent mode: expected 'structured' or 'binary', got ${JSON.stringify(mode)}`)
}

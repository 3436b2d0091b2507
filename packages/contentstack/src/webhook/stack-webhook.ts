import type { AnyDecoder, Decoded, Decoder, Json, Source } from '@xconnector/core'
import type { Ingress, SecretText, Verifier } from '@xconnector/http'
import type { Entry, EntryFields } from '../content/entry.js'
import { ofStack } from '../verify/of-stack.js'
import { eventDecoder } from './event-decoder.js'
import { EVENT_NAMES, eventNameOf, type EventName } from './event-name.js'
import type { StackEvent } from './event.js'

/** How much of an entry its webhook carries, as set in Contentstack. */
export type Payload = 'full' | 'concise'

/** Options of a stack's webhook. */
export interface StackWebhookOptions<
  N extends EventName,
  P extends Payload = 'full',
  D extends AnyDecoder | undefined = undefined,
> {
  /** Below the ingress's base path. */
  readonly path: string
  /** The events that the flow is for. Others are answered 204, and not stored. */
  readonly on: N | readonly N[]
  /** As set in Contentstack. `'concise'`: entries are typed by uid, title, locale and version alone. Default `'full'`. */
  readonly payload?: P
  /** Content types whose entries the flow is for; others are answered 204. Default: all. Assets are not held back. */
  readonly contentTypes?: readonly string[]
  /** A codec or schema for `data.entry` of created, updated and published entries. */
  readonly entry?: D
  /** Who may send. Default: Contentstack's platform, by the public key of the stack's region. */
  readonly signature?: Verifier
  /** The source's name. Default: the whole path. */
  readonly name?: string
}

/** What the entries of a webhook are: what a codec makes of them, or as much as the payload carries. */
export type EntryOf<P extends Payload, D> = D extends AnyDecoder
  ? Decoded<D>
  : P extends 'concise'
    ? EntryFields
    : Entry

/** What a webhook needs to know of its stack. */
export interface WebhookStack {
  readonly apiKey: SecretText
  /** The verifier where a webhook names none. */
  readonly signature: () => Verifier
}

/**
 * The source of a stack's events, on an ingress. Messages have the event's name as their type, `triggered_at` as their
 * time, and the sha256 of the body as their dedupe key, for no id comes with them.
 *
 * @throws TypeError when `on` names no event, or an unknown one; or when the ingress refuses the place.
 */
export const stackWebhook = <N extends EventName, P extends Payload, D extends AnyDecoder | undefined>(
  stack: WebhookStack,
  hooks: Ingress,
  options: StackWebhookOptions<N, P, D>,
): Source<StackEvent<N, EntryOf<P, D>>> => {
  const names = namesIn(options)
  const types = options.contentTypes && new Set(options.contentTypes)
  const source = hooks.webhook({
    path: options.path,
    type: (raw) => eventNameOf(raw) ?? 'webhook',
    body: eventDecoder(names, options.entry) as Decoder<StackEvent<N, EntryOf<P, D>>>,
    verify: ofStack(options.signature ?? stack.signature(), stack.apiKey),
    only: (raw) => isWanted(raw, names, types),
    ...(options.name !== undefined && { name: options.name }),
  })
  return { ...source, shape: { kind: kindOf } }
}

/** Entries of one content type look alike. */
const kindOf = (raw: Json): string | undefined => {
  const name = eventNameOf(raw)
  const uid = contentTypeOf(raw)
  return name === undefined || uid === undefined ? name : `${name} ${uid}`
}

const contentTypeOf = (raw: Json): string | undefined => {
  const { data } = raw as { readonly data?: { readonly content_type?: { readonly uid?: string } } }
  return data?.content_type?.uid
}

const namesIn = ({
  path,
  on,
}: StackWebhookOptions<EventName, Payload, AnyDecoder | undefined>): ReadonlySet<EventName> => {
  const names = typeof on === 'string' ? [on] : on
  const unknown = names.find((name) => !EVENT_NAMES.includes(name))
  if (names.length === 0 || unknown !== undefined)
    throw new TypeError(
      `contentstack webhook ${path} on: expected one or several of ${EVENT_NAMES.join(', ')}, got ${JSON.stringify(unknown)}`,
    )
  return new Set(names)
}

const isWanted = (
  raw: Json,
  names: ReadonlySet<EventName>,
  types: ReadonlySet<string> | undefined,
): boolean => {
  const name = eventNameOf(raw)
  if (name === undefined || !names.has(name)) return false
  if (types === undefined || name.startsWith('asset.')) return true
  const uid = contentTypeOf(raw)
  // What does not say its type is not passed over: it is left to the decoder.
  return uid === undefined || types.has(uid)
}

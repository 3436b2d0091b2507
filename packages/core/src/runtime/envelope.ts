import type { JsonText, Json } from '../message/json.js'
import type { Message } from '../message/message.js'
import type { Claimed } from '../ports/journal.js'

/** What travels with every entry of a message; short keys, for it is stored with each. */
export interface Envelope {
  /** Version of the flow that stored it. */
  readonly v: number
  readonly source: string
  readonly type: string
  readonly time: number
  readonly headers?: Readonly<Record<string, string>>
  readonly correlation?: string
  readonly causation?: string
  readonly traceparent?: string
  /** A failure found at accept: the first hop fails with it, by its route. */
  readonly poison?: Json
  /** Which of several it is that a node made of one message: the end of its ids, `~` first. */
  readonly part?: string
  /** The split items it is, the innermost last. Last member, for it is what differs from item to item. */
  readonly items?: readonly ItemRef[]
}

/** An item of a split: path of the split, index, how many there are where that is known, 1 for the last one. */
export type ItemRef = readonly [path: string, index: number, size?: number | null, last?: 1]

export const envelopeText = (e: Envelope): JsonText => JSON.stringify(e)
export const envelopeOf = (entry: { readonly envelope?: JsonText }): Envelope =>
  entry.envelope === undefined
    ? { v: 1, source: '', type: '', time: 0 }
    : (JSON.parse(entry.envelope) as Envelope)

/** The root id of an entry's id. */
export const rootOf = (id: string): string => {
  const cut = id.indexOf('/')
  return cut < 0 ? id : id.slice(0, cut)
}

/** The id of the entry at a hop: the root's, then the hop's name with the items' indexes after their splits. */
export const entryId = (root: string, hop: string, items: Envelope['items']): string =>
  `${root}/${indexed(hop, items)}`

// A split's items live under `<split>/item/…`: the index takes the place of `item`.
const indexed = (hop: string, items: Envelope['items']): string => {
  if (items === undefined) return hop
  let out = ''
  let from = 0
  for (const [path, index] of items) {
    if (!hop.startsWith(`${path}/item`)) break
    out += `${hop.slice(from, path.length)}/${index}`
    from = path.length + '/item'.length
  }
  return out + hop.slice(from)
}

/** A claimed entry as the message that user functions see. */
export class EntryMessage implements Message {
  readonly body: unknown
  readonly #entry: Claimed
  readonly #envelope: Envelope

  constructor(entry: Claimed, envelope: Envelope, body: unknown) {
    this.#entry = entry
    this.#envelope = envelope
    this.body = body
  }
  get id(): string {
    const root = rootOf(this.#entry.id)
    const items = this.#envelope.items
    const last = items?.at(-1)
    return last === undefined ? root : entryId(root, `${last[0]}/item`, items)
  }
  get headers(): Readonly<Record<string, string>> {
    return this.#envelope.headers ?? {}
  }
  get source(): string {
    return this.#envelope.source
  }
  get type(): string {
    return this.#envelope.type
  }
  get time(): number {
    return this.#envelope.time
  }
  get correlationId(): string {
    return this.#envelope.correlation ?? rootOf(this.#entry.id)
  }
  declare readonly key?: string
  declare readonly causationId?: string
  declare readonly traceparent?: string
  declare readonly deadline?: number

  static {
    const optional = (name: string, get: (m: EntryMessage) => unknown): void => {
      Object.defineProperty(this.prototype, name, {
        get(this: EntryMessage) {
          return get(this)
        },
      })
    }
    optional('key', (m) => m.#entry.key)
    optional('deadline', (m) => m.#entry.deadline)
    optional('traceparent', (m) => m.#envelope.traceparent)
    optional(
      'causationId',
      (m) => m.#envelope.causation ?? (m.#envelope.items === undefined ? undefined : rootOf(m.#entry.id)),
    )
  }
}

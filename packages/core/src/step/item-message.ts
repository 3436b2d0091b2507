import type { Message } from '../message/message.js'

/** An item of a message that was split in memory: a message of its own, caused by that one. */
export class ItemMessage implements Message {
  readonly body: unknown
  readonly #whole: Message
  readonly #place: string

  constructor(whole: Message, place: string, body: unknown) {
    this.#whole = whole
    this.#place = place
    this.body = body
  }
  get id(): string {
    return `${this.#whole.id}/${this.#place}`
  }
  get headers(): Readonly<Record<string, string>> {
    return this.#whole.headers
  }
  get source(): string {
    return this.#whole.source
  }
  get type(): string {
    return this.#whole.type
  }
  get time(): number {
    return this.#whole.time
  }
  get correlationId(): string {
    return this.#whole.correlationId
  }
  /** Of an item of an item too: the message that all came from. */
  get causationId(): string {
    return this.#whole.causationId ?? this.#whole.id
  }
}

import type { RoutedRequest } from './options.js'
import type { TargetPath } from './route/target-path.js'
import { clientAddress } from './wire/forwarded.js'
import type { Front } from './wire/front.js'
import { valueOf } from './wire/header-list.js'
import type { RequestHead } from './wire/request-head.js'

/** What the table has found out about a request. */
export interface Finding {
  readonly target: TargetPath
  readonly params: Readonly<Record<string, string>>
  readonly locale: string | undefined
}

/**
 * A request as the functions of its route see it. A class, and no object literal: a getter in a literal kept all that belongs to
 * a request beyond the collections of the young generation (Node 24), at the price of a fifth more processor time.
 */
export class Routed implements RoutedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly params: Readonly<Record<string, string>>
  readonly locale: string | undefined
  readonly host: string
  readonly header: (name: string) => string | undefined
  readonly #front: Front
  readonly #head: RequestHead
  readonly #trusted: (address: string | undefined) => boolean

  constructor(
    front: Front,
    head: RequestHead,
    { target, params, locale }: Finding,
    trusted: (address: string | undefined) => boolean,
  ) {
    this.method = front.method
    this.path = target.path
    this.query = target.query
    this.params = params
    this.locale = locale
    this.host = head.host
    this.header = (name) => valueOf(head.headers, name.toLowerCase())
    this.#front = front
    this.#head = head
    this.#trusted = trusted
  }

  get client(): string | undefined {
    return clientAddress(this.#front, this.#head, this.#trusted)
  }
}

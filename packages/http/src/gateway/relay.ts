import type { BackendCall, CallHandler } from './backend/backend-call.js'
import type { Trouble } from './backend/trouble.js'
import { giveHead, type Exchange } from './exchange.js'
import { mappedJson } from './json-mapping.js'
import { troubleReply, troubleText } from './trouble-reply.js'
import { answerHeaders } from './wire/answer-headers.js'
import type { HeaderList } from './wire/header-list.js'

/** What a relay may be told beside. */
export interface RelayOptions {
  /** Told of the answer's head, before it goes to the front. */
  readonly onHead?: (status: number, headers: HeaderList) => void
  /** What goes into `Cache-Status`, behind what the backend's own caches said. */
  readonly cacheStatus?: (status: number) => string
}

/** Passes the answer of a backend to the front as it comes, no faster than the front takes it. */
export class Relay implements CallHandler {
  readonly #exchange: Exchange
  readonly #options: RelayOptions
  #call: BackendCall | undefined

  constructor(exchange: Exchange, options: RelayOptions) {
    this.#exchange = exchange
    this.#options = options
  }

  start(): void {
    const { front, backend, outgoing } = this.#exchange
    if (front.gone) return
    const call = backend.call(outgoing, mappedJson(this.#exchange, this))
    this.#call = call
    front.onGone(() => call.cancel())
    call.start()
  }

  head(status: number, headers: HeaderList): void {
    const { onHead, cacheStatus } = this.#options
    onHead?.(status, headers)
    if (status === 401 && refusedOurs(this.#exchange)) return this.#instead({ as: 'no-credentials' })
    const given = answerHeaders(headers, this.#exchange.rules)
    if (cacheStatus !== undefined) given.push('cache-status', cacheStatus(status))
    if (!giveHead(this.#exchange, status, given)) this.#call!.cancel()
  }

  data(chunk: Uint8Array): boolean {
    const { front } = this.#exchange
    if (front.write(chunk)) return true
    front.onReady(() => this.#call!.resume())
    return false
  }

  end(): void {
    this.#exchange.front.end()
  }

  fail(trouble: Trouble): void {
    failFront(this.#exchange, trouble)
  }

  #instead(trouble: Trouble): void {
    this.#call!.cancel()
    failFront(this.#exchange, trouble)
  }
}

/** Whether a 401 is about the gateway's own credentials, and so no business of the front. */
export const refusedOurs = ({ backend, rules }: Exchange): boolean =>
  backend.auth !== undefined && !rules.challenges

/** Tells a front that there is no answer, or that the rest of one is not to be had. */
export const failFront = (exchange: Exchange, trouble: Trouble): void => {
  const { front, route, backend, log } = exchange
  if (front.replied || front.gone) return
  log.warn(
    { route: route.name, backend: backend.name, why: troubleText(trouble) },
    'a backend gave no answer',
  )
  if (front.started) front.abort()
  else front.reply(troubleReply(trouble, backend.clock.now()))
}

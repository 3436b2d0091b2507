import { checkList } from '../../config/check-option.js'
import { systemClock, seededRandom, type Clock, type Random } from '@xconnector/core'
import type { RequestHandler } from 'msw'
import { declared, type DeclaredClient } from '../../client/declared.js'
import { AnsweredKeys } from './answered-keys.js'
import { exchange, type Desk } from './exchange.js'
import type { RemoteFault } from './fault.js'
import { FaultScript } from './fault-script.js'
import { listenOn, type ListeningRemote } from './listening.js'
import { mswHandlers } from './msw-handlers.js'
import type { MockHandling } from './on.js'
import type { OnTheWire } from './on-wire.js'
import { bySpecificity } from './paths.js'
import type { MockedRequest } from './request-log.js'

/** Options of `mockRemote`. */
export interface MockRemoteOptions {
  /** Where the remote is. Default: the client's own, where that does not come from configuration. */
  readonly baseUrl?: string
  /** By which slow answers come, and the log is dated; or a function that gives it. Default: the platform's. */
  readonly clock?: Clock | (() => Clock)
  /** Of faults with a `chance`. Default: seeded, the same in each run. */
  readonly random?: Random
  readonly faults?: readonly RemoteFault[]
}

/** A stand-in of a client's remote. One implementation, reached in three ways. */
export interface MockRemote extends AsyncDisposable {
  /** Answers a request below the base URL. Rejects where the connection would have broken. */
  fetch(request: Request): Promise<Response>
  /** Handlers for msw, for every request below the base URL. Needs the peer `msw`. */
  handlers(): Promise<RequestHandler[]>
  /** Listens on 127.0.0.1. Default port: a free one. `close` of the remote closes it too. */
  listen(options?: { readonly port?: number }): Promise<ListeningRemote>
  /** Every request that came, in the order in which they were answered, without credentials. */
  readonly requests: readonly MockedRequest[]
  /** Requests that no handler answered, and handlers that threw. */
  readonly troubles: readonly string[]
  /** Throws an `Error` that tells all troubles, where there were any: for the end of a test. */
  check(): void
  /** Adds faults. */
  fail(...faults: readonly RemoteFault[]): void
  /** Forgets the faults that are still to come. */
  heal(): void
  /** Adds handlers; one for the same call replaces it. */
  use(...handlings: readonly MockHandling[]): void
  close(): Promise<void>
}

/** A client, as far as its stand-in needs it. */
export interface DeclaringClient {
  readonly [declared]?: DeclaredClient
}

/**
 * A stand-in of a client's remote, made of what the client declared: for msw, on loopback, or as a function. A request below
 * the base URL that no handler answers is answered 501 with the nearest declared path, which the client takes for `Rejected`
 * and never sends again; `check()` tells of it at the end of a test.
 *
 * @example
 * const pages = collection<Page>()
 * const remote = mockRemote(site, [
 *   on(page, (request) => pages.read(request, request.params.uid)),
 *   on(postPage, async (request) => {
 *     const given = await request.read(Page)
 *     return pages.write(request, given.uid, given)
 *   }),
 * ])
 * remote.fail(fault.status(429, { retryAfter: 2 }))
 * const server = setupServer(...(await remote.handlers()))
 *
 * @throws TypeError for a handler of another client's call, and for two handlers of one request.
 */
export const mockRemote = (
  client: DeclaringClient,
  handlings: readonly MockHandling[],
  options: MockRemoteOptions = {},
): MockRemote => {
  const says = (client as DeclaringClient | null | undefined)?.[declared]
  if (says === undefined)
    throw new TypeError('mockRemote: client: expected an HTTP client, as http() makes it')
  checkList('mockRemote: handlings', handlings)
  return new Remote(says, handlings, options)
}

class Remote implements MockRemote {
  readonly requests: MockedRequest[] = []
  readonly troubles: string[] = []
  readonly #client: DeclaredClient
  readonly #baseUrl: string | undefined
  readonly #desk: Desk
  readonly #closed = new AbortController()
  #handlings: readonly MockHandling[] = []
  #listening: ListeningRemote[] = []

  constructor(client: DeclaredClient, handlings: readonly MockHandling[], options: MockRemoteOptions) {
    const { clock = systemClock, random = seededRandom(1), faults = [] } = options
    const baseUrl = options.baseUrl ?? client.baseUrl
    this.#client = client
    this.#baseUrl = typeof baseUrl === 'string' ? baseUrl.replace(/\/+$/, '') : undefined
    this.#desk = {
      client,
      get clock() {
        return typeof clock === 'function' ? clock() : clock
      },
      closed: this.#closed.signal,
      faults: new FaultScript(random),
      keys: new AnsweredKeys(),
      handlings: () => this.#handlings,
      log: (request) => void this.requests.push(request),
      trouble: (what) => void this.troubles.push(what),
    }
    this.use(...handlings)
    this.fail(...faults)
  }

  use(...handlings: readonly MockHandling[]): void {
    const taken = new Set<string>()
    for (const { says, path, when } of handlings) {
      if (says.client !== this.#client)
        throw new TypeError(
          `mockRemote "${this.#client.name}": "${says.name}" is a call of the client "${says.client.name}"`,
        )
      const line = `${says.method} ${path}`
      if (taken.has(line) && when === undefined)
        throw new TypeError(
          `mockRemote "${this.#client.name}": two handlers for ${line}; tell them apart by \`when\``,
        )
      if (when === undefined) taken.add(line)
    }
    const calls = new Set(handlings.map(({ says }) => says))
    const kept = this.#handlings.filter(({ says }) => !calls.has(says))
    // Those with a condition first: one without it would take all requests.
    const all = [...handlings, ...kept].toSorted((a, b) => Number(!a.when) - Number(!b.when))
    this.#handlings = bySpecificity(all)
  }

  fail(...faults: readonly RemoteFault[]): void {
    this.#desk.faults.add(faults)
  }

  heal(): void {
    this.#desk.faults.clear()
  }

  get #basePath(): string {
    return this.#baseUrl === undefined ? '' : new URL(this.#baseUrl).pathname.replace(/\/+$/, '')
  }

  async fetch(request: Request): Promise<Response> {
    const response = await this.#answer(request)
    if (response === 'cut') throw new TypeError('the connection broke, as the test asked for')
    return response
  }

  #answer(request: Request): Promise<OnTheWire> {
    const { pathname } = new URL(request.url)
    const base = this.#basePath
    const below = pathname === base || pathname.startsWith(`${base}/`)
    return exchange(this.#desk, request, below ? pathname.slice(base.length) || '/' : pathname)
  }

  async handlers(): Promise<RequestHandler[]> {
    if (this.#baseUrl === undefined)
      throw new TypeError(
        `mockRemote "${this.#client.name}" baseUrl: the client's comes from configuration; say it here too`,
      )
    return mswHandlers(this.#baseUrl, (request) => this.#answer(request))
  }

  async listen({ port = 0 }: { readonly port?: number } = {}): Promise<ListeningRemote> {
    const listening = await listenOn((request) => this.#answer(request), this.#basePath, port)
    this.#listening.push(listening)
    return listening
  }

  check(): void {
    if (this.troubles.length > 0)
      throw new Error(`the mocked remote of "${this.#client.name}" had trouble:\n${this.troubles.join('\n')}`)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await Promise.all(this.#listening.splice(0).map((listening) => listening.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

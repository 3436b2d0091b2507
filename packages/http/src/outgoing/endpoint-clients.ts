import { http, type HttpClient } from '../client/http.js'
import { urlOf } from './checked-endpoint.js'
import type { WebhookEndpoint } from './endpoint.js'
import type { WebhookSenderOptions } from './sender-options.js'
import { webhookAuth } from './webhook-auth.js'

/** The client of one endpoint, and what is in hand with it. */
export interface EndpointClient {
  readonly client: HttpClient
  /** As last read: what signs, and where to. */
  endpoint: WebhookEndpoint
  /** Calls inside, and those that wait for a slot. */
  busy: number
}

/** The most clients that are kept at a time; the one that was not used for longest goes. */
const MOST = 512

/** A client for each endpoint: so each has its own circuit, limits and connections, and none can hold back another. */
export class EndpointClients {
  readonly #options: WebhookSenderOptions
  readonly #clients = new Map<string, EndpointClient>()

  constructor(options: WebhookSenderOptions) {
    this.#options = options
  }

  /** @throws TypeError when its URL cannot be used. */
  of(endpoint: WebhookEndpoint): EndpointClient {
    const { origin } = urlOf(endpoint.url, `endpoint ${JSON.stringify(endpoint.id)}`)
    const key = `${origin} ${endpoint.id}`
    const found = this.#clients.get(key)
    if (found !== undefined) {
      found.endpoint = endpoint
      // The order of a map is that of use.
      this.#clients.delete(key)
      this.#clients.set(key, found)
      return found
    }
    const made: EndpointClient = {
      client: this.#client(endpoint.id, origin, () => made.endpoint),
      endpoint,
      busy: 0,
    }
    this.#clients.set(key, made)
    this.#evict()
    return made
  }

  close(): void {
    for (const { client } of this.#clients.values()) client.close()
    this.#clients.clear()
  }

  #client(id: string, origin: string, endpoint: () => WebhookEndpoint): HttpClient {
    const { name, tls, proxy, addresses = 'public', plaintext, timeout, ports, concurrency } = this.#options
    // A proxy would look names up itself, behind the filter.
    const via = proxy ?? (addresses === 'any' ? undefined : false)
    return http({
      name: `${name}/${id}`,
      baseUrl: origin,
      auth: webhookAuth(endpoint),
      keyHeader: 'webhook-id',
      quoteKey: false,
      addresses,
      timeout: timeout ?? '20s',
      destination: { concurrency: concurrency ?? 4 },
      // What it answers is looked at in failures only.
      maxResponseBytes: 64 * 1024,
      ...(via !== undefined && { proxy: via }),
      ...(tls !== undefined && { tls }),
      ...(plaintext !== undefined && { plaintext }),
      ...(ports && { ports }),
    })
  }

  #evict(): void {
    for (const [key, { client, busy }] of this.#clients) {
      if (this.#clients.size <= MOST) return
      if (busy > 0) continue
      client.close()
      this.#clients.delete(key)
    }
  }
}

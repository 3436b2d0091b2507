import type { Json } from '@xconnector/core'
import { parseJson, type JsonFlaw } from '../json/parse-json.js'
import type { CallHandler } from './backend/backend-call.js'
import type { Trouble } from './backend/trouble.js'
import type { Exchange } from './exchange.js'
import { valueOf, without, type HeaderList } from './wire/header-list.js'
import { thrownText } from '../text/thrown-text.js'

const JSON_TYPE = /^\s*application\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;|$)/i

/** A handler that maps JSON bodies before the given one gets them, where the route says so. */
export const mappedJson = (exchange: Exchange, handler: CallHandler): CallHandler =>
  exchange.route.json === undefined ? handler : new JsonMapper(exchange, exchange.route.json, handler)

class JsonMapper implements CallHandler {
  readonly #exchange: Exchange
  readonly #json: NonNullable<Exchange['route']['json']>
  readonly #handler: CallHandler
  #headers: HeaderList | undefined
  #chunks: Uint8Array[] = []
  #size = 0
  #failed = false

  constructor(exchange: Exchange, json: NonNullable<Exchange['route']['json']>, handler: CallHandler) {
    this.#exchange = exchange
    this.#json = json
    this.#handler = handler
  }

  head(status: number, headers: HeaderList): void {
    const { method } = this.#exchange.outgoing
    if (status !== 200) return this.#handler.head(status, headers)
    // Its length and its validator are those of another body.
    if (method === 'HEAD') return this.#handler.head(status, described(headers))
    this.#headers = headers
    if (!JSON_TYPE.test(valueOf(headers, 'content-type') ?? '')) this.#fail('it is not JSON')
    else if ((valueOf(headers, 'content-encoding') ?? 'identity') !== 'identity') this.#fail('it is encoded')
  }

  data(chunk: Uint8Array): boolean {
    if (this.#headers === undefined) return this.#handler.data(chunk)
    if (this.#failed) return true
    this.#size += chunk.byteLength
    if (this.#size > this.#json.maxBytes) this.#fail('it is larger than maxBytes')
    else this.#chunks.push(chunk)
    return true
  }

  end(): void {
    if (this.#headers === undefined) return this.#handler.end()
    if (this.#failed) return
    void this.#map()
  }

  fail(trouble: Trouble): void {
    if (!this.#failed) this.#handler.fail(trouble)
  }

  async #map(): Promise<void> {
    let body: Buffer
    try {
      const found = parseJson(Buffer.concat(this.#chunks, this.#size))
      if (!found.ok) return this.#fail(FLAW[found.flaw])
      const { path, params, locale } = this.#exchange.routed
      const mapped = await this.#json.map(found.value as Json, {
        path,
        params,
        locale,
      })
      body = Buffer.from(JSON.stringify(mapped))
    } catch (error) {
      return this.#fail(thrownText(error))
    }
    this.#handler.head(200, [...described(this.#headers!), 'content-length', String(body.byteLength)])
    this.#handler.data(body)
    this.#handler.end()
  }

  #fail(why: string): void {
    const { log, route } = this.#exchange
    this.#failed = true
    this.#chunks = []
    log.error({ route: route.name, why }, 'the JSON of an answer could not be mapped')
    this.#handler.fail({ as: 'lost' })
  }
}

const FLAW: Readonly<Record<JsonFlaw, string>> = {
  'not-json': 'it is no JSON in UTF-8',
  'unsafe-number': 'it has an integer past 2^53 - 1, which would be rounded',
  'too-deep': 'it is nested too deep',
}

const OF_THE_BODY = [
  'content-length',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'accept-ranges',
]

const described = (headers: HeaderList): string[] => {
  const out = without(headers, ...OF_THE_BODY, 'etag')
  const etag = valueOf(headers, 'etag')
  if (etag !== undefined) out.push('etag', etag.startsWith('W/') ? etag : `W/${etag}`)
  return out
}

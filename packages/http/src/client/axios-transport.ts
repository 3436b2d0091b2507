import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios'
import type { Exchange } from '../outcome/exchange.js'
import { bytesOf, exchangeOfError } from './exchange-of.js'
import { isStream } from './is-stream.js'
import { streaming } from './streaming.js'
import { Trace } from './trace.js'
import { unmakeable } from './unmakeable.js'
import type { Transport, Wire } from './wire.js'

/** What the transport of a user's own axios instance needs to know of its client. */
export interface AxiosTransportOptions {
  readonly maxResponseBytes: number
  readonly maxRequestBytes: number
  /** Headers that never go to another host. */
  readonly sensitiveHeaders: readonly string[]
  readonly axios: AxiosInstance
}

/**
 * Sends by an axios instance of the user's own: with its interceptors, its adapter and its agents, once. Redirects are not
 * followed, absolute URLs are not taken, sizes are limited, and JSON is left to the caller, who is strict about it.
 */
export const axiosTransport = (options: AxiosTransportOptions): Transport => {
  const safe = safeConfig(options)
  const { axios } = options
  return {
    async send(wire) {
      const trace = new Trace(false)
      const config = configOf(await freshened(wire), trace)
      try {
        return answered(await axios.request<unknown>({ ...safe, validateStatus: null, ...config }))
      } catch (thrown) {
        return failed(wire, trace, thrown)
      } finally {
        if (isStream(wire.body)) trace.closeUnsent()
      }
    },
    async open(wire) {
      const trace = new Trace(false)
      const config = configOf(await freshened(wire), trace)
      try {
        const response = await axios.request<unknown>({ ...safe, ...config, ...STREAMED })
        return await streaming(response, options.maxResponseBytes)
      } catch (thrown) {
        return failed(wire, trace, thrown)
      }
    },
    // Its agents are the user's.
    close() {},
  }
}

const same = (data: unknown): unknown => data

const safeConfig = (options: AxiosTransportOptions): AxiosRequestConfig => ({
  allowAbsoluteUrls: false,
  maxRedirects: 0,
  sensitiveHeaders: [...options.sensitiveHeaders],
  responseType: 'arraybuffer',
  // The body is made and read outside: once, and strictly.
  transformRequest: [same],
  transformResponse: [same],
  maxContentLength: options.maxResponseBytes,
  maxBodyLength: options.maxRequestBytes,
  decompress: true,
  timeout: 0,
})

const freshened = async (wire: Wire): Promise<Wire> =>
  wire.fresh === undefined ? wire : { ...wire, headers: { ...wire.headers, ...(await wire.fresh()) } }

const configOf = (wire: Wire, trace: Trace): AxiosRequestConfig & { readonly transport: Trace } => ({
  method: wire.method,
  baseURL: wire.baseUrl,
  url: wire.url,
  headers: wire.body === undefined && MAY_HAVE_BODY.has(wire.method) ? untyped(wire.headers) : wire.headers,
  ...(wire.body !== undefined && { data: wire.body }),
  ...(isStream(wire.body) && UNLIMITED),
  signal: wire.signal,
  // An object with a prototype is what axios passes on as it is, and does not copy.
  transport: trace,
})

// Its limits are the reader's.
const STREAMED: AxiosRequestConfig = {
  responseType: 'stream',
  decompress: false,
  maxContentLength: -1,
  validateStatus: null,
}

const MAY_HAVE_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

// axios would give a content type to a body that is not there.
const untyped = (headers: Wire['headers']): Record<string, string | false> => ({
  'content-type': false,
  ...headers,
})

// Streams are limited by their receiver.
const UNLIMITED: AxiosRequestConfig = { maxBodyLength: -1 }

const failed = (wire: Wire, trace: Trace, thrown: unknown): Exchange => {
  if (wire.signal.aborted) return { as: 'timed-out', sent: trace.maybeSent }
  const exchange = exchangeOfError(thrown, trace)
  if (exchange === undefined) throw unmakeable(wire, thrown)
  return exchange
}

const answered = (response: AxiosResponse<unknown>): Exchange => ({
  as: 'answered',
  status: response.status,
  headers: response.headers,
  body: bytesOf(response.data),
})

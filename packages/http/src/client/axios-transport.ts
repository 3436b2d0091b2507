import http from 'node:http'
import https from 'node:https'
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios'
import type { IAxiosRetryConfig } from 'axios-retry'
import type { Random } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'
import { Attempt } from './attempt.js'
import { isBlipStatus } from './blip.js'
import { bytesOf, exchangeOfError } from './exchange-of.js'
import { isStream } from './is-stream.js'
import { loadAxios } from './load-axios.js'
import { streaming } from './streaming.js'
import type { Transport, Wire } from './wire.js'

/** What a transport needs to know of its client. */
export interface AxiosTransportOptions {
  readonly maxResponseBytes: number
  readonly maxRequestBytes: number
  /** Headers that never go to another host. */
  readonly sensitiveHeaders: readonly string[]
  readonly random: Random
  /** The user's own; it gets no quick retry. */
  readonly axios: AxiosInstance | undefined
}

/**
 * Sends by axios over `node:http` with kept-alive connections, and at most one quick retry by axios-retry. Redirects are
 * not followed, absolute URLs are not taken, sizes are limited, and JSON is left to the caller, who is strict about it.
 */
export const axiosTransport = (options: AxiosTransportOptions): Transport => {
  const httpAgent = new http.Agent({ keepAlive: true })
  const httpsAgent = new https.Agent({ keepAlive: true })
  const own = options.axios !== undefined
  let loading: Promise<AxiosInstance> | undefined
  // A failed load is tried again at the next call.
  const loaded = (): Promise<AxiosInstance> =>
    (loading ??= load().catch((cause: unknown) => {
      loading = undefined
      throw cause
    }))
  const safe = safeConfig(options)
  const load = async (): Promise<AxiosInstance> => {
    if (options.axios !== undefined) return options.axios
    const { axios, retry } = await loadAxios()
    const instance = axios.create({
      ...safe,
      adapter: 'http',
      httpAgent,
      httpsAgent,
      // Only what a quick retry may mend is an error to axios-retry.
      validateStatus: (status) => !isBlipStatus(status),
    })
    retry(instance, RETRY)
    return instance
  }
  return {
    async send(wire) {
      const instance = await (loading ?? loaded())
      const attempt = new Attempt(!own, wire, options.random)
      const config = configOf(wire, attempt)
      try {
        const response = await instance.request<unknown>(
          own ? { ...safe, validateStatus: null, ...config } : config,
        )
        return answered(response)
      } catch (thrown) {
        return failed(wire, attempt, thrown)
      } finally {
        if (isStream(wire.body)) attempt.closeUnsent()
      }
    },
    async open(wire) {
      const instance = await (loading ?? loaded())
      const attempt = new Attempt(!own, wire, options.random)
      try {
        const response = await instance.request<unknown>({
          ...(own && safe),
          ...configOf(wire, attempt),
          ...STREAMED,
        })
        return await streaming(response, options.maxResponseBytes)
      } catch (thrown) {
        return failed(wire, attempt, thrown)
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
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

type Config = AxiosRequestConfig & { readonly transport: Attempt }

const configOf = (wire: Wire, attempt: Attempt): Config => ({
  method: wire.method,
  baseURL: wire.baseUrl,
  url: wire.url,
  headers: wire.body === undefined && MAY_HAVE_BODY.has(wire.method) ? untyped(wire.headers) : wire.headers,
  ...(wire.body !== undefined && { data: wire.body }),
  ...(isStream(wire.body) && UNLIMITED),
  signal: wire.signal,
  transport: attempt,
})

// Its limits are the reader's; and a status of failure must not be sent again with its answer still unread.
const STREAMED: AxiosRequestConfig = {
  responseType: 'stream',
  decompress: false,
  maxContentLength: -1,
  validateStatus: null,
}

const RETRY: IAxiosRetryConfig = {
  retries: 1,
  shouldResetTimeout: true,
  retryCondition: (error) => attemptOf(error.config).isSentAgain(error),
  // Its own waiting would be on the platform's timer.
  retryDelay: () => 0,
  onRetry: (_, __, config) => attemptOf(config).untilAgain(),
}

const MAY_HAVE_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

// axios would give a content type to a body that is not there.
const untyped = (headers: Wire['headers']): Record<string, string | false> => ({
  'content-type': false,
  ...headers,
})

// Streams are limited by their receiver.
const UNLIMITED: AxiosRequestConfig = { maxBodyLength: -1 }

const failed = (wire: Wire, attempt: Attempt, thrown: unknown): Exchange => {
  if (wire.signal.aborted) return { as: 'timed-out', sent: attempt.maybeSent }
  const exchange = exchangeOfError(thrown, attempt)
  if (exchange === undefined)
    throw new TypeError(`${wire.method} request could not be made: ${nameOf(thrown)}`)
  return exchange
}

const attemptOf = (config: unknown): Attempt => (config as Config).transport

const answered = (response: AxiosResponse<unknown>): Exchange => ({
  as: 'answered',
  status: response.status,
  headers: response.headers,
  body: bytesOf(response.data),
})

const nameOf = (thrown: unknown): string => {
  const code = (thrown as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[A-Z_]{3,48}$/.test(code) ? code : 'an interceptor or adapter threw'
}

import http from 'node:http'
import https from 'node:https'
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios'
import type { IAxiosRetryConfig } from 'axios-retry'
import type { Random } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'
import { isBlipStatus, quickRetry } from './blip.js'
import { bytesOf, exchangeOfError } from './exchange-of.js'
import { loadAxios } from './load-axios.js'
import { Trace } from './trace.js'
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
  const load = async (): Promise<AxiosInstance> => {
    if (options.axios !== undefined) return options.axios
    const { axios, retry } = await loadAxios()
    const instance = axios.create({
      adapter: 'http',
      httpAgent,
      httpsAgent,
      headers: { common: { accept: undefined } } as never,
    })
    // Defaults that retry nothing: each request brings its own rule.
    retry(instance, { retries: 0, shouldResetTimeout: true })
    return instance
  }
  const fixed = fixedConfig(options)
  return {
    async send(wire) {
      // A failed load is tried again at the next call.
      loading ??= load().catch((cause: unknown) => {
        loading = undefined
        throw cause
      })
      const instance = await loading
      const trace = new Trace(!own)
      const config = configOf(fixed, wire, trace, own ? undefined : options.random)
      try {
        const response = await instance.request<unknown>(config)
        return answered(response)
      } catch (thrown) {
        if (wire.signal.aborted) return { as: 'timed-out', sent: trace.maybeSent }
        const exchange = exchangeOfError(thrown, trace)
        if (exchange === undefined)
          throw new TypeError(`${wire.method} request could not be made: ${nameOf(thrown)}`)
        return exchange
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

const same = (data: unknown): unknown => data

const fixedConfig = (options: AxiosTransportOptions): AxiosRequestConfig => ({
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

type Config = AxiosRequestConfig & { readonly transport: unknown; readonly 'axios-retry'?: IAxiosRetryConfig }

const configOf = (
  fixed: AxiosRequestConfig,
  wire: Wire,
  trace: Trace,
  random: Random | undefined,
): Config => ({
  ...fixed,
  method: wire.method,
  baseURL: wire.baseUrl,
  url: wire.url,
  headers: wire.headers,
  ...(wire.body !== undefined && { data: wire.body }),
  signal: wire.signal,
  transport: trace,
  validateStatus: random === undefined ? null : (status) => !isBlipStatus(status),
  ...(random !== undefined && { 'axios-retry': blipRule(wire, trace, random) }),
})

const blipRule = (wire: Wire, trace: Trace, random: Random): IAxiosRetryConfig => {
  let wait: number | undefined
  return {
    retries: 1,
    shouldResetTimeout: true,
    retryCondition(error) {
      if (wire.signal.aborted) return false
      const exchange = exchangeOfError(error, trace)
      if (exchange === undefined) return false
      const { effect, deadline } = wire
      wait = quickRetry({
        effect,
        exchange,
        now: wire.clock.now(),
        deadline,
        parkedUntil: wire.parkedUntil(),
        random,
      })
      return wait !== undefined
    },
    // Its own waiting would be on the platform's timer.
    retryDelay: () => 0,
    async onRetry() {
      await wire.clock.sleep(wait!, wire.signal).catch(() => {})
      trace.again()
    },
  }
}

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

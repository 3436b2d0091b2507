import type { AxiosAdapter, AxiosInstance, AxiosRequestConfig } from 'axios'
import type { IAxiosRetryConfig } from 'axios-retry'
import type { Attempt } from '../client/attempt.js'
import { isBlipStatus } from '../client/blip.js'
import { loadAxios } from '../client/load-axios.js'
import type { Exchange } from '../outcome/exchange.js'
import type { Streaming } from '../client/wire.js'
import { BlipFault } from './blip-fault.js'
import type { Carrier } from './carrier.js'

/** An axios instance that sends by a carrier, and once more where an attempt says so. */
export const withQuickRetry = async (carrier: Carrier): Promise<AxiosInstance> => {
  const { axios, retry } = await loadAxios()
  const adapter: AxiosAdapter = async (config) => {
    const attempt = attemptOf(config)
    const exchange = await attempt.carry(carrier)
    if (isBlip(exchange)) throw new BlipFault(exchange, config)
    return { data: exchange, status: 200, statusText: '', headers: {}, config }
  }
  const instance = axios.create({
    adapter,
    // The body is made and read outside: once, and strictly.
    transformRequest: [],
    transformResponse: [],
  })
  // The request is the attempt's: what axios sets by itself is not sent, and merging it takes time for each.
  for (const name of Object.keys(instance.defaults))
    if (!KEPT.has(name)) delete (instance.defaults as Record<string, unknown>)[name]
  retry(instance, RETRY)
  return instance
}

/** What the exchange of an attempt was, sent by such an instance. Rejects where the request itself was at fault. */
export const sentBy = async (instance: AxiosInstance, attempt: Attempt): Promise<Exchange | Streaming> => {
  try {
    const { data } = await instance.request<Exchange | Streaming>({
      transport: attempt,
    } as AxiosRequestConfig)
    return data
  } catch (thrown) {
    if (thrown instanceof BlipFault) return attempt.settled(thrown.exchange)
    throw thrown
  }
}

const KEPT: ReadonlySet<string> = new Set(['adapter', 'transformRequest', 'transformResponse'])

const RETRY: IAxiosRetryConfig = {
  retries: 1,
  shouldResetTimeout: true,
  retryCondition: (error) => attemptOf(error.config).isSentAgain((error as unknown as BlipFault).exchange),
  // Its own waiting would be on the platform's timer.
  retryDelay: () => 0,
  async onRetry(_, error, config) {
    // Nothing more is sent, so that the first time's outcome stands.
    if (!(await attemptOf(config).untilAgain())) throw error
  },
}

// Whether there is anything to ask: what is over and done is no error to axios-retry.
const isBlip = (exchange: Exchange | Streaming): exchange is Exchange =>
  exchange.as === 'never-sent' ||
  exchange.as === 'lost' ||
  exchange.as === 'cut' ||
  (exchange.as === 'answered' && isBlipStatus(exchange.status))

const attemptOf = (config: unknown): Attempt => (config as { readonly transport: Attempt }).transport

import { systemClock, systemRandom } from '@xconnector/core'
import type { AuthFetch } from '../auth/auth.js'
import { networkOf } from '../network/network-of.js'
import type { NetworkOptions } from '../network/network-options.js'
import { connectionRules } from '../transport/connection-rules.js'
import { nodeTransport } from '../transport/node-transport.js'
import { NoAnswer } from './no-answer.js'
import { transportFetch } from './transport-fetch.js'
import type { Transport } from './wire.js'

const MIB = 1024 * 1024
const NO_CONFIG = Object.freeze({})

/**
 * A fetch with connections of its own, for the `fetch` option of an OAuth grant: where the authorization server is reached
 * by another proxy, or by other certificates, than the API.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const networkFetch = (options: NetworkOptions = {}): AuthFetch => {
  const network = networkOf(options, { at: 'networkFetch' })
  const transport: Transport = nodeTransport({
    maxResponseBytes: MIB,
    maxExpansion: 100,
    connections: connectionRules(undefined, 'networkFetch'),
    network,
    random: systemRandom,
    clock: systemClock,
  })
  const fetch = transportFetch(transport, systemClock)
  return async (url, request) => {
    const missing = await network.prepare({
      clock: systemClock,
      config: NO_CONFIG,
      log: SILENT,
      signal: request.signal ?? new AbortController().signal,
    })
    if (missing !== undefined) throw new NoAnswer(missing, false)
    return fetch(url, request)
  }
}

const SILENT = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}

import type { LookupFunction } from 'node:net'
import { isSetting } from '@xconnector/core'
import { addressFilter } from './address-filter.js'
import { PlainAgent, SecureAgent } from './agents.js'
import { connectorOf } from './connector.js'
import type { Network } from './network.js'
import type { NetworkOptions } from './network-options.js'
import { proxyRules, type ProxyRules, type Variables } from './proxy-rules.js'
import { tlsHolder } from './tls-holder.js'
import { undiciConnect } from './undici-connect.js'

/** What a network is made of beside its options. */
export interface NetworkParts {
  /** In messages: `http "site"`. */
  readonly at: string
  /** Default: the process's. */
  readonly variables?: Variables
  /** Resolves names. Default: the platform's `dns.lookup`. */
  readonly resolve?: LookupFunction
}

/**
 * The network of a client by its options.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const networkOf = (options: NetworkOptions, parts: NetworkParts): Network => {
  const { at } = parts
  const { addresses = 'any', proxy = 'env' } = options
  const filter = addressFilter(addresses, at)
  if (filter !== undefined && proxy !== 'env' && proxy !== false)
    throw new TypeError(`${at} addresses: cannot see through a proxy: leave out one of addresses and proxy`)
  const makeRules = proxyRules(proxy, at, parts.variables ?? process.env)
  let rules: ProxyRules | undefined
  let rulesFor: Readonly<Record<string, string>> = NO_CONFIG
  let config: Readonly<Record<string, string>> = NO_CONFIG
  const tls = tlsHolder(options.tls, at, () => httpsAgent.drain())
  const connector = connectorOf(
    () => tls.held,
    () => (rules ??= makeRules(rulesFor)),
    filter,
    parts.resolve,
  )
  const httpAgent = new PlainAgent(connector)
  const httpsAgent = new SecureAgent(connector)
  const proxySettings =
    typeof proxy === 'object' ? ('url' in proxy ? [proxy.url, proxy.user, proxy.password] : [proxy]) : []
  const settings = [...tls.settings, ...proxySettings.filter((s) => isSetting(s))]
  const fromSettings = proxySettings.some((s) => isSetting(s))
  return {
    settings,
    isGuarded: filter !== undefined,
    httpAgent,
    httpsAgent,
    connect: undiciConnect(connector),
    get generation() {
      return tls.held?.generation ?? 0
    },
    get config() {
      return config
    },
    prepare(call) {
      config = call.config
      if (fromSettings && rulesFor !== call.config) {
        rulesFor = call.config
        rules = undefined
      }
      const reading = tls.prepare(call)
      return reading instanceof Promise ? orAborted(reading, call.signal) : reading
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

const NO_CONFIG = Object.freeze({})

// A function that is asked for certificates may take for ever.
const orAborted = <T>(reading: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    reading.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })

import { carrierTransport } from '../transport/carrier-transport.js'
import type { TransportFactory } from '../transport/transport-needs.js'
import { givenDispatcher, ownDispatchers } from './dispatchers.js'
import type { Dispatching } from './dispatching.js'
import { loadUndici } from './load-undici.js'
import { undiciCarrier } from './undici-carrier.js'

/** Options of the undici transport. */
export interface UndiciTransportOptions {
  /**
   * A dispatcher of your own, such as an `Agent` with other settings, a `MockAgent`, or that of `overNodeHttp()` for tests
   * with msw. The client's `connections` and network options do not reach it, and the client does not close it.
   */
  readonly dispatcher?: Dispatching
}

/**
 * Sends by undici in the place of `node:http`: less work per call, and the same outcomes. The quick retry, the limits and
 * the failures are those of the default transport. undici is an optional peer, loaded at the first call.
 *
 * Two things differ: interceptors of `node:http` do not see its requests (give `overNodeHttp()` of
 * `@xconnector/http/testing` in tests); and a body that is delimited by the end of its connection counts as whole even if
 * the connection was reset.
 *
 * @example
 * const site = http({ name: 'site', baseUrl: env.SITE_URL, transport: undiciTransport() })
 *
 * @throws TypeError when the dispatcher is none; or, when a client is made with it, that the client's `addresses` would not be
 * judged.
 */
export const undiciTransport = (options: UndiciTransportOptions = {}): TransportFactory => {
  const { dispatcher } = options
  if (dispatcher !== undefined && typeof dispatcher?.dispatch !== 'function')
    throw new TypeError(`undiciTransport dispatcher: expected an undici Dispatcher, got ${typeof dispatcher}`)
  return (needs) => {
    if (dispatcher !== undefined && needs.network?.isGuarded === true)
      throw new TypeError(
        "undiciTransport dispatcher: one of your own connects to any address: say addresses: 'any'",
      )
    return carrierTransport(
      async () =>
        undiciCarrier(
          dispatcher === undefined ? ownDispatchers(await loadUndici(), needs) : givenDispatcher(dispatcher),
          needs,
        ),
      needs.random,
    )
  }
}

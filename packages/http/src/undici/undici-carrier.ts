import type { Carrier } from '../transport/carrier.js'
import { ACCEPT_ENCODING, type BodyLimits } from '../transport/decoded.js'
import { hostReader } from '../transport/host-of.js'
import type { Dispatching } from './dispatching.js'
import { ExchangeHandler } from './exchange-handler.js'

/** Where an undici carrier's requests go, and what closes it. */
export interface Dispatchers {
  /** Asked for each request. */
  current(): Dispatching
  close(): void
}

/** Sends by undici's dispatchers: no redirects, and limits that hold while the answer comes. */
export const undiciCarrier = (dispatchers: Dispatchers, limits: BodyLimits): Carrier => {
  const hostOf = hostReader()
  return {
    carry: (request, trace) =>
      new Promise((resolve, reject) => {
        const { wire, headers } = request
        if (wire.signal.aborted) {
          resolve({ as: 'timed-out', sent: false })
          return
        }
        const host = hostOf(wire.baseUrl)
        const handler = new ExchangeHandler(request, trace, limits, resolve, reject)
        try {
          dispatchers.current().dispatch(
            {
              origin: host.origin,
              path: host.path + wire.url,
              method: wire.method,
              headers:
                'accept-encoding' in headers ? headers : { 'accept-encoding': ACCEPT_ENCODING, ...headers },
              body: wire.body ?? null,
              // The wire's signal is the deadline.
              headersTimeout: 0,
              bodyTimeout: 0,
            },
            handler,
          )
        } catch (thrown) {
          handler.fault(thrown)
        }
      }),
    close: () => dispatchers.close(),
  }
}

import type { AxiosInstance } from 'axios'
import type { Random } from '@xconnector/core'
import { Attempt } from '../client/attempt.js'
import { unmakeable } from '../client/unmakeable.js'
import type { Streaming, Transport, Wire } from '../client/wire.js'
import type { Exchange } from '../outcome/exchange.js'
import type { Carrier } from './carrier.js'
import { sentBy, withQuickRetry } from './quick-retry.js'

/** A transport of axios and axios-retry, both loaded at its first request, whose requests a carrier puts on the wire. */
export const carrierTransport = (carrier: () => Promise<Carrier> | Carrier, random: Random): Transport => {
  let loading: Promise<AxiosInstance> | undefined
  let opened: Carrier | undefined
  const load = async (): Promise<AxiosInstance> => {
    opened = await carrier()
    return withQuickRetry(opened)
  }
  // A failed load is tried again at the next call.
  const loaded = (): Promise<AxiosInstance> =>
    (loading ??= load().catch((cause: unknown) => {
      loading = undefined
      throw cause
    }))
  const sent = async (wire: Wire, streamed: boolean): Promise<Exchange | Streaming> => {
    const instance = await loaded()
    const attempt = new Attempt(wire, random, streamed)
    if (wire.fresh !== undefined) await attempt.freshen()
    try {
      return await sentBy(instance, attempt)
    } catch (thrown) {
      throw unmakeable(wire, thrown)
    }
  }
  return {
    send: (wire) => sent(wire, false) as Promise<Exchange>,
    open: (wire) => sent(wire, true),
    close: () => opened?.close(),
  }
}

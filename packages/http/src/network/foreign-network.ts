import type { StepLog } from '@xconnector/core'
import type { Transport, Wire } from '../client/wire.js'
import { networkOf } from './network-of.js'
import type { NetworkOptions, TlsOptions, TlsSource } from './network-options.js'
import type { Network } from './network.js'

/**
 * The network of a client for hosts that its remote named, by a redirect: the same authorities are trusted, our certificate
 * is not shown, and only public addresses are connected to unless the client's own rules say otherwise.
 */
export const foreignNetwork = ({ tls, proxy, addresses = 'public' }: NetworkOptions, at: string): Network =>
  networkOf(
    { addresses, ...(proxy !== undefined && { proxy }), ...(tls !== undefined && { tls: trustOf(tls) }) },
    { at },
  )

/** A transport on such a network, which reads what the network needs by itself. */
export const onForeign = (network: Network, transportOf: (network: Network) => Transport): Transport => {
  const inner = transportOf(network)
  const ready = async ({ clock, signal }: Wire): Promise<{ as: 'never-sent'; code: string } | undefined> => {
    const missing = await network.prepare({ clock, config: NO_CONFIG, log: SILENT, signal })
    return missing === undefined ? undefined : { as: 'never-sent', code: missing }
  }
  return {
    send: async (wire) => (await ready(wire)) ?? inner.send(wire),
    open: async (wire) => (await ready(wire)) ?? inner.open(wire),
    close: () => inner.close(),
  }
}

const NO_CONFIG = Object.freeze({})
const nothing = (): void => {}
// The client's own network reads the same, and tells.
const SILENT: StepLog = { debug: nothing, info: nothing, warn: nothing, error: nothing }

const trustOf = (tls: TlsSource): TlsSource =>
  typeof tls === 'function'
    ? async () => {
        const given = await tls()
        return trustIn(given)
      }
    : trustIn(tls)

const trustIn = ({ ca, roots, minVersion, reload, insecure }: TlsOptions): TlsOptions => ({
  ...(ca !== undefined && { ca }),
  ...(roots !== undefined && { roots }),
  ...(minVersion !== undefined && { minVersion }),
  ...(reload !== undefined && { reload }),
  ...(insecure !== undefined && { insecure }),
})

import type { StepLog } from '@xconnector/core'
import type { Transport, Wire } from '../client/wire.js'
import type { Exchange } from '../outcome/exchange.js'
import { networkOf } from './network-of.js'
import type { NetworkOptions, TlsOptions, TlsSource } from './network-options.js'
import type { Network } from './network.js'
import type { RedirectOptions } from './redirects.js'

/**
 * The network of a client for hosts that its remote named, by a redirect: the same authorities are trusted, and our certificate
 * is not shown. Unless the client's own rules say otherwise, only public addresses are connected to; any, where the operator
 * has named the hosts.
 *
 * @throws TypeError where addresses cannot be judged for a proxy.
 */
export const foreignNetwork = (
  { tls, proxy, redirects, addresses }: NetworkOptions & { readonly redirects?: RedirectOptions },
  at: string,
): Network => {
  const named = redirects?.hosts !== undefined
  if (!named && addresses === undefined && proxy !== undefined && proxy !== 'env' && proxy !== false)
    throw new TypeError(
      `${at} redirects.sameOrigin: behind a proxy nobody can judge whereto: name the hosts, by redirects.hosts`,
    )
  return networkOf(
    {
      addresses: addresses ?? (named ? 'any' : 'public'),
      ...(proxy !== undefined && { proxy }),
      ...(tls !== undefined && { tls: trustOf(tls) }),
    },
    { at },
  )
}

/** A transport on such a network, which reads what the network needs by itself, as `own`, the client's, was told. */
export const onForeign = (
  network: Network,
  own: Network,
  transportOf: (network: Network) => Transport,
): Transport => {
  const inner = transportOf(network)
  const ready = async ({ clock, signal }: Wire): Promise<Exchange | undefined> => {
    try {
      const missing = await network.prepare({ clock, config: own.config, log: SILENT, signal })
      return missing === undefined ? undefined : { as: 'never-sent', code: missing }
    } catch (thrown) {
      // The request that was redirected has been sent.
      if (signal.aborted) return { as: 'timed-out', sent: true }
      throw thrown
    }
  }
  return {
    send: async (wire) => (await ready(wire)) ?? inner.send(wire),
    open: async (wire) => (await ready(wire)) ?? inner.open(wire),
    close: () => inner.close(),
  }
}

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

import type { Agent } from 'undici'
import type { TransportNeeds } from '../transport/transport-needs.js'
import type { Dispatching } from './dispatching.js'
import type { Undici } from './load-undici.js'
import type { Dispatchers } from './undici-carrier.js'

/** Agents of undici's that keep connections by the client's rules, one after the other. */
export const ownDispatchers = ({ Agent }: Undici, needs: TransportNeeds): Dispatchers => {
  const { connections, network, clock } = needs
  let agent: Agent | undefined
  let since = 0
  let generation = network?.generation
  const open = (): Agent =>
    new Agent({
      connections: connections.perHost === Infinity ? null : connections.perHost,
      pipelining: 1,
      keepAliveTimeout: connections.idleMs,
      // What the remote says counts where it is shorter.
      keepAliveMaxTimeout: connections.idleMs,
      allowH2: false,
      connect: network === undefined ? { timeout: 0 } : (network.connect as never),
    })
  const close = (): void => {
    // What is under way is finished first.
    void agent?.close().catch(() => {})
    agent = undefined
  }
  return {
    current() {
      const now = clock.now()
      // undici's own age of connections is by the platform's time.
      if (generation !== network?.generation || now - since >= connections.maxAgeMs) {
        generation = network?.generation
        since = now
        close()
      }
      return (agent ??= open())
    },
    close,
  }
}

/** A dispatcher of the user's, who closes it. */
export const givenDispatcher = (dispatcher: Dispatching): Dispatchers => ({
  current: () => dispatcher,
  close() {},
})

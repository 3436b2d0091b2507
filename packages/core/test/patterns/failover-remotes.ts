import { createDestination, isFailure, type Seen } from '../../src/index.js'
import { Cut, Down, remote, type Order, type Remote, type RemoteOptions } from '../semantics/remote.js'

export const seen = (reply: unknown): Seen => ({ as: isFailure(reply) ? 'refused' : 'ok' })
export const down = (name: string, o?: RemoteOptions<Order>): Remote<Order, Down> =>
  remote<Down>(name, () => new Down({}), { seen, ...o })
/** Times out: core has settled the outcome before anybody sees it, but its destination was told. */
export const cut = (name: string, o?: RemoteOptions<Order>): Remote<Order, Cut> =>
  remote<Cut>(name, () => new Cut({}), { seen: () => ({ as: 'ambiguous' }), ...o })
export const calls = (...remotes: readonly { readonly calls: readonly unknown[] }[]): number[] =>
  remotes.map((r) => r.calls.length)

/** A remote whose destination is parked from its first call on, until a time. */
export const parkedUntil = (name: string, until: number): Remote<Order, Down> => {
  const seen: Seen = { as: 'refused', retryAt: until }
  const destination = createDestination({ name: `${name} remote`, circuit: false, random: { next: () => 0 } })
  let first = true
  const answer = (): unknown => {
    const reply = first ? new Down({ retryAt: until }) : {}
    first = false
    return reply
  }
  return remote<Down>(name, answer, { destination, seen: (r) => (r instanceof Down ? seen : { as: 'ok' }) })
}

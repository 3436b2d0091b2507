import type { Effect } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'
import type { ClientSettings } from './client-settings.js'
import type { Conclude } from './conclude.js'
import { startDeadline } from './deadline.js'
import { endedFromOutside, type Sender } from './sender.js'

/** Sends a body that is at hand as a whole, or none, and reads an answer that fits into memory. */
export const jsonSender =
  <B>(
    { destination, transport, timeoutMs }: ClientSettings,
    method: string,
    effect: Effect,
    conclude: Conclude<B>,
  ): Sender<B> =>
  async (made, headers, ctx, called, sending) => {
    const { clock } = ctx
    const at = Math.min(called.startedAt + timeoutMs, ctx.deadline ?? Infinity)
    // The context's own signal aborts at its deadline: where that comes first, no second timer is needed.
    const own = ctx.deadline === at ? undefined : startDeadline(clock, at, ctx.signal)
    const signal = own?.signal ?? ctx.signal
    let exchange: Exchange
    try {
      exchange = await transport.send({
        method,
        baseUrl: made.baseUrl,
        url: made.url,
        headers,
        body: made.body,
        effect,
        clock,
        deadline: at,
        signal,
        parkedUntil: () => destination.gate(clock).parkedUntil(),
        mayRepeat: () => sending.quick && destination.gate(clock).mayRepeat(),
        ...(sending.fresh && { fresh: sending.fresh }),
      })
    } finally {
      own?.end()
    }
    const now = clock.now()
    if (endedFromOutside(exchange, signal, now, at)) throw signal.reason
    return conclude({ ...called, now }, exchange)
  }

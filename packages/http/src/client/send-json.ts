import type { Effect } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'
import type { ClientSettings } from './client-settings.js'
import type { Conclude } from './conclude.js'
import { startDeadline, type Deadline } from './deadline.js'
import { endedFromOutside, type Ended, type Sender } from './sender.js'
import { wireGateOf } from './wire-gate.js'
import type { Transport, Wire } from './wire.js'

/** Sends a body that is at hand as a whole, or none, and reads an answer that fits into memory. */
export const jsonSender = <B>(
  { destination, transport, timeoutMs }: ClientSettings,
  method: string,
  effect: Effect,
  conclude: Conclude<B>,
): Sender<B> => {
  const gateOf = wireGateOf(destination)
  return (made, headers, ctx, called, sending) => {
    const { clock } = ctx
    const at = Math.min(called.startedAt + timeoutMs, ctx.deadline ?? Infinity)
    // The context's own signal aborts at its deadline: where that comes first, no second timer is needed.
    const own = ctx.deadline === at ? undefined : startDeadline(clock, at, ctx.signal)
    const signal = own?.signal ?? ctx.signal
    const gate = gateOf(clock)
    const wire: Wire = {
      method,
      baseUrl: made.baseUrl,
      url: made.url,
      headers,
      fresh: sending.fresh,
      body: made.body,
      effect,
      clock,
      deadline: at,
      signal,
      parkedUntil: gate.parkedUntil,
      mayRepeat: sending.quick ? gate.mayRepeat : NEVER,
    }
    const exchanged = own === undefined ? transport.send(wire) : sentWithin(own, transport, wire)
    return exchanged.then((exchange): Ended<B> | Promise<Ended<B>> => {
      const now = clock.now()
      if (endedFromOutside(exchange, signal, now, at)) throw signal.reason
      return conclude({ ...called, now }, exchange)
    })
  }
}

const NEVER = (): boolean => false

const sentWithin = async (deadline: Deadline, transport: Transport, wire: Wire): Promise<Exchange> => {
  try {
    return await transport.send(wire)
  } finally {
    deadline.end()
  }
}

import type { Effect, Random } from '@xconnector/core'
import { connectFault } from '../network/connect-fault.js'
import type { Exchange } from '../outcome/exchange.js'
import { retryAfter } from '../outcome/retry-after.js'

const SHORTEST_MS = 50
const LONGEST_MS = 250
const LONGEST_HINT_MS = 2000

/** What the rule of the quick retry looks at. Times are epoch milliseconds. */
export interface Blip {
  readonly effect: Effect
  readonly exchange: Exchange
  readonly now: number
  readonly deadline: number
  /** Until when the destination is parked; 0: it is not. */
  readonly parkedUntil: number
  readonly random: Random
}

/**
 * Milliseconds after which one quick retry is sent, or `undefined` for none: all longer waiting is core's. Only what is
 * provably safe is sent again: a read, an idempotent or keyed target, or what was never sent; only after faults that pass
 * by themselves; only where the hint is 2 s at most, the deadline is not reached, and the destination is not parked.
 * Full jitter between 50 and 250 ms.
 */
export const quickRetry = (blip: Blip): number | undefined => {
  const { exchange, now } = blip
  if (blip.parkedUntil > now) return undefined
  if (exchange.as !== 'never-sent' && blip.effect === 'unsafe') return undefined
  const hint = hintOf(exchange, now)
  if (hint === undefined || hint > LONGEST_HINT_MS) return undefined
  const wait = Math.max(hint, SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * blip.random.next())
  return now + wait < blip.deadline ? wait : undefined
}

/** Whether a status is one that a quick retry may mend. */
export const isBlipStatus = (status: number): boolean =>
  status === 429 || status === 502 || status === 503 || status === 504

// Milliseconds that the remote asked for: 0 without a hint, undefined where no quick retry helps.
const hintOf = (exchange: Exchange, now: number): number | undefined => {
  if (exchange.as === 'never-sent') return connectFault(exchange.code)?.kind === 'permanent' ? undefined : 0
  if (exchange.as === 'lost' || exchange.as === 'cut') return 0
  if (exchange.as !== 'answered' || !isBlipStatus(exchange.status)) return undefined
  const at = retryAfter(exchange.headers, now)
  if (at !== undefined) return at - now
  // Coming back at once is no answer to "too many".
  return exchange.status === 429 ? undefined : 0
}

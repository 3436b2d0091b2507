import type { Answer, Context, Tagged } from '@xconnector/core'
import type { Called } from '../outcome/classify.js'
import type { Exchange } from '../outcome/exchange.js'
import { TIME_IS_UP } from './deadline.js'
import type { Made } from './request-maker.js'
import type { Sending } from './sending.js'

/** How a call ended. */
export interface Ended<B> extends Answer<Tagged, B> {
  /** It was answered with 401, whatever the failure says: other credentials may do. */
  readonly refused?: true
}

/** Sends a request that has been made, with its credentials among the headers, and says how that ended. */
export type Sender<B> = (
  made: Made,
  headers: Readonly<Record<string, string>>,
  ctx: Context,
  called: Called,
  sending: Sending,
) => Promise<Ended<B>>

// By this much the platform's timers may fire before the clock says so.
const EARLY_MS = 2

/**
 * Whether an exchange was ended from outside, and not by a deadline (`at`, epoch milliseconds): there is no outcome, and
 * whatever there was is the caller's to settle.
 */
export const endedFromOutside = (exchange: Exchange, signal: AbortSignal, now: number, at: number): boolean =>
  exchange.as === 'timed-out' && signal.reason !== TIME_IS_UP && now < at - EARLY_MS

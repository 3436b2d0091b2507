import type { WireTrouble } from './transport.js'

/**
 * Why a backend gave no (whole) answer. `parked`: its circuit is open. `busy`: too many requests wait for it already, or this
 * one has waited too long. `no-credentials`: what it authenticates with was not to be had.
 */
export type Trouble =
  | { readonly as: WireTrouble | 'no-credentials' }
  | { readonly as: 'parked' | 'busy'; /** Epoch milliseconds. */ readonly retryAt: number }

/** What a process of the loop-delay variants is asked for. Times are milliseconds. */
export type Order =
  | { readonly as: 'idle'; readonly ms: number }
  /** As fast as it goes. */
  | { readonly as: 'flood'; readonly ms: number }
  | { readonly as: 'pace'; readonly perSecond: number; readonly ms: number }
  | { readonly as: 'count' }
  | { readonly as: 'stop' }

/** What it says: the 99th percentile of the loop's delay, what it has done so far, how fast it was. */
export interface Answer {
  readonly p99?: number
  readonly accepted?: number
  readonly delivered?: number
  readonly perSecond?: number
}

/** What a caller's process is asked for. */
export type CallOrder =
  /** To call so often, so many at a time. */
  | { readonly as: 'call'; readonly call: 'get' | 'post'; readonly n: number; readonly width: number }
  /** To call so often by each of its two callers and in each of both ways, so many at a time, in so many turns. */
  | { readonly as: 'turns'; readonly turns: number; readonly n: number; readonly width: number }

/** What calls of one kind took. */
export interface Called {
  /** Microseconds of processor time a call, in all threads. */
  readonly cpuUs: number
  readonly perSecond: number
}

/** Microseconds of processor time of a GET and a POST, by either caller: the median of the turns. */
export interface InTurns {
  readonly first: number
  readonly second: number
}

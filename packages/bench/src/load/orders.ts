/** What a generator of load is asked for. */
export type LoadOrder =
  /** To ask for a URL, over and over. */
  | { readonly as: 'prepare-get'; readonly url: string }
  /** To make and sign so many webhooks, each with an id of its own. */
  | { readonly as: 'prepare-webhooks'; readonly url: string; readonly secret: string; readonly n: number }
  /** To send the next so many requests, so many at a time, each on a connection of its own. */
  | { readonly as: 'run'; readonly n: number; readonly width: number; readonly expect: number }

/** What it has seen in a run. */
export interface LoadSeen {
  readonly seconds: number
  /** Milliseconds from a request to the end of its answer. */
  readonly p50: number
  readonly p99: number
}

/** A request under its idempotency key, in the hand of one attempt. */
export interface Held {
  /** Of endpoint, scope and key: a hash, so that neither is stored. */
  readonly key: string
  /** Of method, path, query and body: a hash. */
  readonly print: string
  /** Which attempt: a repeat has another. */
  readonly by: string
}

/** What is asked for before the work begins. Times are epoch milliseconds. */
export interface Reserve extends Held {
  readonly now: number
  /** Until when the reservation stands without being renewed: longer than a pause of the process. */
  readonly until: number
  /** When the key may be forgotten. */
  readonly ends: number
}

/** What is known of a key. */
export type Reserved =
  /** The work is ours to do. */
  | { readonly is: 'ours' }
  /** It was done: this is its answer. */
  | { readonly is: 'done'; readonly answer: StoredAnswer }
  /** Somebody does it now, or died doing it: nobody knows before `until`. */
  | { readonly is: 'busy'; readonly until: number }
  /** The key belongs to another payload. */
  | { readonly is: 'other' }

/** An answer as it is kept: JSON. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** `none`: it was too large to be kept. */
  readonly as: 'text' | 'base64' | 'none'
}

/**
 * Where the idempotency keys of endpoints are kept: a port. Each call is one transaction, and what it says is as durable as the
 * store. Calls that cannot be answered reject, with a failure of kind `transient`: the caller is then answered with 503.
 *
 * `idempotencyContract` of `@xconnector/http/testing` says what a store must do, as a list of cases.
 */
export interface IdempotencyStore {
  /** Reserves a key, unless it is known: of those who ask at once one gets it. */
  reserve(ask: Reserve): Promise<Reserved>
  /** Holds a reservation until then. false: it is not held any more. */
  renew(held: Held, until: number): Promise<boolean>
  /** Keeps the answer for repeats, until `ends`. false: the reservation is not held any more, and nothing was kept. */
  keep(held: Held, answer: StoredAnswer, ends: number): Promise<boolean>
  /** Lets a repeat of the same payload try again. false: the reservation is not held any more. */
  free(held: Held): Promise<boolean>
}

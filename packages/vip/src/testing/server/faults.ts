/** What goes wrong. */
export type Trouble =
  /** An answer without any effect. `retryAfter`: seconds. */
  | { readonly status: 429 | 500 | 503; readonly retryAfter?: number }
  /** The connection breaks after that many bytes of the request's body; they have arrived. */
  | { readonly cutAfter: number }
  /** The connection breaks after the effect, in place of the answer. */
  | { readonly lose: 'answer' }
  /** Milliseconds before anything is done. */
  | { readonly delay: number }
  /** The request's body is read no faster. */
  | { readonly bytesPerSecond: number }

/** Something that goes wrong with some requests. */
export type Fault = Trouble & {
  /** Default: any. */
  readonly method?: string
  /** Matched against the path below the base path. Default: any. */
  readonly path?: RegExp
  /** How many fitting requests go well before. Default 0. */
  readonly skip?: number
  /** How many fitting requests it meets then. Default 1. */
  readonly times?: number
}

/** Faults that are still to come. Each counts its requests by itself; the first one that is due is taken. */
export class Faults {
  readonly #armed: { readonly fault: Fault; seen: number }[] = []

  add(...faults: readonly Fault[]): void {
    this.#armed.push(...faults.map((fault) => ({ fault, seen: 0 })))
  }

  clear(): void {
    this.#armed.length = 0
  }

  /** The fault that meets a request. */
  take(method: string, path: string): Fault | undefined {
    let due: Fault | undefined
    for (const armed of this.#armed) {
      const { fault } = armed
      if (fault.method !== undefined && fault.method !== method) continue
      if (fault.path !== undefined && !fault.path.test(path)) continue
      const { skip = 0, times = 1 } = fault
      const turn = armed.seen
      if (turn >= skip && due !== undefined) continue
      armed.seen++
      if (turn >= skip && turn < skip + times) due = fault
    }
    return due
  }
}

import { problem } from './problem.js'
import type { Reply } from './reply.js'

/** How much an ingress holds in memory at once. */
export interface HoldLimits {
  /** Requests whose bodies are being read, or have been and are not answered. */
  readonly bodies: number
  /** Bytes of these bodies. */
  readonly bytes: number
}

/** What one request holds. */
export interface Holding {
  /** More of its body has come; false when there is no room for it. */
  add(bytes: number): boolean
  /** It was answered. */
  leave(): void
}

/** Counts what an ingress holds, so that it can say no before its memory does. */
export class Holdings {
  readonly #most: HoldLimits
  #bodies = 0
  #bytes = 0

  constructor(most: HoldLimits) {
    this.#most = most
  }

  /** Begins to hold a body, of as many bytes as its sender says; undefined when there is no room. */
  enter(length: string | undefined): Holding | undefined {
    const declared = Number(length ?? 0)
    if (this.#bodies >= this.#most.bodies) return undefined
    if (this.#bytes > 0 && this.#bytes + declared > this.#most.bytes) return undefined
    this.#bodies++
    let own = 0
    let over = false
    return {
      add: (bytes) => {
        // A body that is alone has room, however little there is: it has a limit of its own.
        if (this.#bytes > own && this.#bytes + bytes > this.#most.bytes) return false
        own += bytes
        this.#bytes += bytes
        return true
      },
      leave: () => {
        if (over) return
        over = true
        this.#bodies--
        this.#bytes -= own
      },
    }
  }
}

/** 503: too many bodies are held, or too many bytes of them. */
export const CROWDED: Reply = problem(503, {
  detail: 'too many requests at once',
  headers: { 'retry-after': '1' },
})

/** What a request without a body holds. */
export const NOTHING_HELD: Holding = Object.freeze({ add: () => true, leave: () => {} })

import type { Clock } from '@xconnector/core'
import type { Flowing, Sink } from '../route.js'

/** How much is held for a reader that does not keep up. */
export interface FeedLimits {
  readonly events: number
  readonly heartbeatMs: number
}

/** One reader of events: what it cannot take is held up to a bound, then dropped, counted, and told. */
export class EventFeed implements Flowing {
  readonly #sink: Sink
  readonly #clock: Clock
  readonly #limits: FeedLimits
  readonly #left: () => void
  #held: string[] = []
  #dropped = 0
  #full = false
  #over = false
  #beat: () => void = () => {}

  /** @param left called once when it is over, whoever ends it. */
  constructor(sink: Sink, clock: Clock, limits: FeedLimits, left: () => void) {
    this.#sink = sink
    this.#clock = clock
    this.#limits = limits
    this.#left = left
    this.#write(`retry: ${RECONNECT}\n\n`)
    this.#wait()
  }

  /** Takes an event, as it stands on the wire. */
  take(text: string): void {
    if (this.#over) return
    if (!this.#full) return this.#write(text)
    if (this.#held.length < this.#limits.events) this.#held.push(text)
    else this.#dropped++
  }

  ready(): void {
    this.#full = false
    let sent = 0
    while (!this.#full && !this.#over && sent < this.#held.length) this.#write(this.#held[sent++]!)
    this.#held = this.#held.slice(sent)
    if (this.#held.length > 0 || this.#dropped === 0 || this.#full || this.#over) return
    const n = this.#dropped
    this.#dropped = 0
    this.#write(`event: dropped\ndata: {"n":${n}}\n\n`)
  }

  gone(): void {
    this.#end()
  }

  /** Tells what is held, and ends. */
  close(why: string): void {
    if (this.#over) return
    for (const text of this.#held) this.#sink.write(text)
    if (this.#dropped > 0) this.#sink.write(`event: dropped\ndata: {"n":${this.#dropped}}\n\n`)
    this.#sink.write(`event: end\ndata: {"why":"${why}"}\n\n`)
    this.#end()
    this.#sink.end()
  }

  #write(text: string): void {
    if (!this.#sink.write(text)) this.#full = true
  }

  // A comment keeps proxies from ending a silent connection, and finds readers that are gone.
  #wait(): void {
    this.#beat = this.#clock.after(
      this.#limits.heartbeatMs,
      () => {
        if (!this.#full) this.#write(': still here\n\n')
        this.#wait()
      },
      { background: true },
    )
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#beat()
    this.#held = []
    this.#left()
  }
}

/** After which a browser connects again: milliseconds. */
const RECONNECT = 5000

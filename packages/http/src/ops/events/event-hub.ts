import type { Clock, Runtime, RuntimeEvents } from '@xconnector/core'
import type { Flowing, Sink } from '../route.js'
import { EventFeed, type FeedLimits } from './event-feed.js'
import { EVENT_TYPES } from './event-types.js'

/** Which events a reader wants. */
export interface Wanted {
  readonly types: ReadonlySet<string>
  /** Only of this flow; events of no flow are told too. */
  readonly flow: string | undefined
}

interface Reader {
  readonly feed: EventFeed
  readonly wanted: Wanted
}

/** Tells a runtime's events to readers. It listens only while there is one, and writes each event once for all of them. */
export class EventHub {
  readonly #events: Runtime['events']
  readonly #clock: Clock
  readonly #limits: FeedLimits
  readonly #readers = new Set<Reader>()
  readonly #listeners: readonly (readonly [keyof RuntimeEvents, (event: object) => void])[]

  constructor(events: Runtime['events'], clock: Clock, limits: FeedLimits) {
    this.#events = events
    this.#clock = clock
    this.#limits = limits
    this.#listeners = EVENT_TYPES.map((type) => [type, (event) => this.#tell(type, event)] as const)
  }

  get size(): number {
    return this.#readers.size
  }

  open(sink: Sink, wanted: Wanted): Flowing {
    const left = (): void => {
      this.#readers.delete(reader)
      if (this.#readers.size === 0) for (const [type, f] of this.#listeners) this.#events.off(type, f)
    }
    const reader: Reader = { feed: new EventFeed(sink, this.#clock, this.#limits, left), wanted }
    if (this.#readers.size === 0) for (const [type, f] of this.#listeners) this.#events.on(type, f)
    this.#readers.add(reader)
    return reader.feed
  }

  /** Ends every reader's stream. */
  close(why: string): void {
    for (const { feed } of this.#readers) feed.close(why)
  }

  #tell(type: string, event: object): void {
    const { flow } = event as { readonly flow?: string }
    let text: string | undefined
    for (const { feed, wanted } of this.#readers) {
      if (!wanted.types.has(type)) continue
      if (wanted.flow !== undefined && flow !== undefined && wanted.flow !== flow) continue
      feed.take((text ??= `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`))
    }
  }
}

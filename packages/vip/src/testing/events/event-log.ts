import type { Clock, Ids } from '@xconnector/core'
import { instant } from '../platform/asset.js'
import { plainId } from '../platform/plain-id.js'
import type { Happening, VipEvent } from './event.js'

/** All events since the start, in the order in which they happened. */
export class EventLog {
  readonly all: VipEvent[] = []
  readonly #sequences = new Map<string, number>()
  readonly #listeners = new Set<(event: VipEvent) => void>()
  readonly #clock: Clock
  readonly #ids: Ids

  constructor(clock: Clock, ids: Ids) {
    this.#clock = clock
    this.#ids = ids
  }

  append({ type, assetId, data }: Happening): void {
    const subject = `assets/${assetId}`
    const sequence = (this.#sequences.get(subject) ?? 0) + 1
    this.#sequences.set(subject, sequence)
    const event: VipEvent = {
      specversion: '1.0',
      id: plainId('evt', this.#ids),
      source: '/tenants/test',
      type,
      subject,
      time: instant(this.#clock.now()),
      datacontenttype: 'application/json',
      sequence: String(sequence).padStart(20, '0'),
      data,
    }
    this.all.push(event)
    for (const listener of this.#listeners) listener(event)
  }

  /** Calls `f` with each event from now on; gives the function that ends it. */
  listen(f: (event: VipEvent) => void): () => void {
    this.#listeners.add(f)
    return () => void this.#listeners.delete(f)
  }
}

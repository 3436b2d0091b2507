import { IdempotencyUnavailable } from '../failure/idempotency-unavailable.js'
import type { Held, IdempotencyStore } from './idempotency-store.js'
import { doneRow, freeRow, isHeld, judge, renewedRow, reservedRow, type KeyRow } from './key-row.js'

/** Limits of a store in memory. */
export interface MemoryIdempotencyOptions {
  /** The most keys. Default 100,000. */
  readonly maxKeys?: number
  /** The most bytes of kept answers, about. Default 64 MiB. */
  readonly maxBytes?: number
}

/**
 * Idempotency keys in memory: for tests, and for services of one process that may forget them when it ends. Keys whose time has
 * come are forgotten when room is needed; with no room left, further ones are refused (`IdempotencyUnavailable`), for a key
 * forgotten too early would let its request be done twice.
 *
 * @throws TypeError when a limit is no whole number of 1 or more.
 */
export const memoryIdempotency = (options: MemoryIdempotencyOptions = {}): IdempotencyStore => {
  const { maxKeys = 100_000, maxBytes = 64 * 1024 * 1024 } = options
  for (const [name, n] of Object.entries({ maxKeys, maxBytes }))
    if (!Number.isSafeInteger(n) || n < 1)
      throw new TypeError(`memoryIdempotency ${name}: expected a whole number of 1 or more, got ${String(n)}`)
  return new MemoryIdempotency(maxKeys, maxBytes)
}

class MemoryIdempotency implements IdempotencyStore {
  readonly #rows = new Map<string, KeyRow>()
  readonly #maxKeys: number
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxKeys: number, maxBytes: number) {
    this.#maxKeys = maxKeys
    this.#maxBytes = maxBytes
  }

  // Not async functions inside: of calls in one turn the first is judged and written before the next is looked at.
  reserve: IdempotencyStore['reserve'] = async (ask) => {
    const row = this.#rows.get(ask.key)
    const said = judge(row, ask)
    if (said.is !== 'ours') return said
    if (row === undefined) this.#makeRoom(ask.now)
    this.#set(ask.key, reservedRow(ask))
    return said
  }

  renew: IdempotencyStore['renew'] = async (held, until) =>
    this.#change(held, (row) => renewedRow(row, until))

  keep: IdempotencyStore['keep'] = async (held, answer, ends) =>
    this.#change(held, () => doneRow(held, answer, ends))

  free: IdempotencyStore['free'] = async (held) => this.#change(held, freeRow)

  #change(held: Held, to: (row: KeyRow & { readonly is: 'reserved' }) => KeyRow): boolean {
    const row = this.#rows.get(held.key)
    if (!isHeld(row, held)) return false
    this.#set(held.key, to(row))
    return true
  }

  #set(key: string, row: KeyRow): void {
    this.#remove(key)
    this.#rows.set(key, row)
    this.#bytes += bytesOf(row)
  }

  #remove(key: string): void {
    const row = this.#rows.get(key)
    if (row === undefined) return
    this.#bytes -= bytesOf(row)
    this.#rows.delete(key)
  }

  #hasRoom(): boolean {
    return this.#rows.size < this.#maxKeys && this.#bytes < this.#maxBytes
  }

  #makeRoom(now: number): void {
    // The oldest come first, and mostly end first.
    for (const [key, row] of this.#rows) {
      if (row.ends > now) break
      this.#remove(key)
    }
    if (this.#hasRoom()) return
    for (const [key, row] of this.#rows) if (row.ends <= now) this.#remove(key)
    if (!this.#hasRoom())
      throw new IdempotencyUnavailable('the store of idempotency keys is full; give it more room')
  }
}

const bytesOf = (row: KeyRow): number => (row.is === 'done' ? row.answer.body.length : 0)

import { checkMade } from '../config/check-option.js'
import type { Journal, Json, StateMove, Stored } from '@xconnector/core'
import { IdempotencyUnavailable } from '../failure/idempotency-unavailable.js'
import type { Held, IdempotencyStore, Reserve, Reserved } from './idempotency-store.js'
import { ForgottenKeys, listedIn, type KeyList } from './forgotten-keys.js'
import { doneRow, freeRow, isHeld, judge, renewedRow, reservedRow, type KeyRow } from './key-row.js'

/** How often a write is tried again that met another's. */
const TRIES = 16

/**
 * Idempotency keys in a journal: as durable as that, and shared by all processes on it. Give it the journal of your runtime; until
 * that has started, and after it has stopped, requests with a key are answered with 503.
 *
 * It writes twice a request: the reservation before the flow is called, the answer before it is sent. Keys whose time has come
 * are removed by later requests, a few minutes after it.
 */
export const journalIdempotency = (journal: Journal): IdempotencyStore => {
  checkMade('journalIdempotency: journal', 'a journal', journal, 'read', 'accept')
  return new JournalIdempotency(journal)
}

const nameOf = (key: string): string => `idempotency:${key}`

class JournalIdempotency implements IdempotencyStore {
  readonly #journal: Journal
  readonly #forgotten: ForgottenKeys
  /** By list: the end of the last write to it that this process has begun. */
  readonly #turns = new Map<string, Promise<void>>()

  constructor(journal: Journal) {
    this.#journal = journal
    this.#forgotten = new ForgottenKeys(journal, nameOf)
  }

  async reserve(ask: Reserve): Promise<Reserved> {
    this.#forgotten.sweep(ask.now)
    const name = nameOf(ask.key)
    for (let i = 0; i < TRIES; i++) {
      const stored = (await this.#journal.read([name]))[name]
      const said = judge(rowOf(stored), ask)
      if (said.is !== 'ours') return said
      const row = reservedRow(ask)
      const move = moved(name, stored, row)
      const written = stored === undefined ? this.#list(ask.key, row, move) : this.#write([move])
      if (await written) return said
    }
    throw busy()
  }

  renew(held: Held, until: number): Promise<boolean> {
    return this.#change(held, (row) => renewedRow(row, until))
  }

  keep: IdempotencyStore['keep'] = (held, answer, ends) =>
    this.#change(held, () => doneRow(held, answer, ends))

  free(held: Held): Promise<boolean> {
    return this.#change(held, freeRow)
  }

  async #change(held: Held, to: (row: KeyRow & { readonly is: 'reserved' }) => KeyRow): Promise<boolean> {
    const name = nameOf(held.key)
    for (let i = 0; i < TRIES; i++) {
      const stored = (await this.#journal.read([name]))[name]
      const row = rowOf(stored)
      if (!isHeld(row, held)) return false
      if (await this.#write([moved(name, stored, to(row))])) return true
    }
    throw busy()
  }

  // A new key is listed with the others of its end. Those of this process do so in turn, or most would write in vain.
  async #list(key: string, row: KeyRow, move: StateMove): Promise<boolean> {
    const list = listedIn(key, row.ends)
    const before = this.#turns.get(list)
    const write = async (): Promise<boolean> => {
      await before
      const stored = (await this.#journal.read([list]))[list]
      const keys = (stored?.value ?? []) as KeyList
      return this.#write([move, { name: list, expect: stored?.version ?? 0, value: [...keys, key] }])
    }
    const written = write()
    const turn = written.then(
      () => {},
      () => {},
    )
    this.#turns.set(list, turn)
    try {
      return await written
    } finally {
      if (this.#turns.get(list) === turn) this.#turns.delete(list)
    }
  }

  async #write(state: readonly StateMove[]): Promise<boolean> {
    return (await this.#journal.accept([], { state })) !== 'conflict'
  }
}

const rowOf = (stored: Stored | undefined): KeyRow | undefined => stored?.value as KeyRow | undefined

const moved = (name: string, stored: Stored | undefined, row: KeyRow): StateMove => ({
  name,
  expect: stored?.version ?? 0,
  value: row as unknown as Json,
})

const busy = (): IdempotencyUnavailable =>
  new IdempotencyUnavailable('the store of idempotency keys is too busy to be written to')

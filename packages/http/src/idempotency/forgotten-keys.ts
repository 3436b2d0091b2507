import type { Journal, StateMove, Stored } from '@xconnector/core'
import type { KeyRow } from './key-row.js'

/** Keys whose rows may be removed from some minute on. */
export type KeyList = readonly string[]

const MINUTE = 60_000
/** Lists of a minute: requests of one moment seldom meet in one. */
const SHARDS = 64
/** Clocks of several processes may differ by less than this: minutes. */
const GRACE = 5
/** Minutes that are looked at in one read. */
const AT_ONCE = 30
/** Where the sweep stands: the last minute that was swept. */
const SWEPT = 'idempotency:swept'

const listName = (minute: number, shard: number): string => `idempotency:ends:${minute}:${shard}`

/** The name of the list in which a key stands whose row may be removed then. */
export const listedIn = (key: string, ends: number): string =>
  listName(Math.ceil(ends / MINUTE), key.charCodeAt(0) % SHARDS)

/**
 * Removes the rows of keys whose time has come. A journal's state cannot be searched: each row is listed under the minute in which
 * it was to end when it was first written, and one that lives longer is listed again.
 */
export class ForgottenKeys {
  readonly #journal: Journal
  readonly #nameOf: (key: string) => string
  #sweeping = false
  // As far as this process knows.
  #swept = -Infinity

  constructor(journal: Journal, nameOf: (key: string) => string) {
    this.#journal = journal
    this.#nameOf = nameOf
  }

  /** Removes some of what may go, beside the request that called it. What fails is tried again by a later one. */
  sweep(now: number): void {
    const last = Math.floor(now / MINUTE) - GRACE
    if (this.#sweeping || this.#swept >= last) return
    this.#sweeping = true
    void this.#some(last, now)
      .catch(() => {})
      .finally(() => (this.#sweeping = false))
  }

  async #some(last: number, now: number): Promise<void> {
    const stored = (await this.#journal.read([SWEPT]))[SWEPT]
    const from = typeof stored?.value === 'number' ? stored.value : last - 1
    const to = Math.min(last, from + AT_ONCE)
    if (to > from) {
      const names: string[] = []
      for (let minute = from + 1; minute <= to; minute++)
        for (let shard = 0; shard < SHARDS; shard++) names.push(listName(minute, shard))
      for (const [name, list] of Object.entries(await this.#journal.read(names)))
        if (!(await this.#clear(name, list, now))) return
      const moved = { name: SWEPT, expect: stored?.version ?? 0, value: to }
      if ((await this.#journal.accept([], { state: [moved] })) === 'conflict') return
    }
    this.#swept = to
  }

  // A list with its rows, in one transaction. false: somebody else was at it.
  async #clear(name: string, list: Stored, now: number): Promise<boolean> {
    const keys = [...new Set(list.value as unknown as KeyList)]
    const rows = await this.#journal.read(keys.map(this.#nameOf))
    const state: StateMove[] = [{ name, expect: list.version, value: undefined }]
    const later = new Map<string, string[]>()
    for (const key of keys) {
      const row = rows[this.#nameOf(key)]
      if (row === undefined) continue
      const { ends } = row.value as unknown as KeyRow
      if (ends <= now) state.push({ name: this.#nameOf(key), expect: row.version, value: undefined })
      else {
        const list = listedIn(key, ends)
        later.set(list, [...(later.get(list) ?? []), key])
      }
    }
    const lists = await this.#journal.read([...later.keys()])
    for (const [to, more] of later) {
      const known = lists[to]
      const before = (known?.value ?? []) as KeyList
      state.push({ name: to, expect: known?.version ?? 0, value: [...before, ...more] })
    }
    return (await this.#journal.accept([], { state })) !== 'conflict'
  }
}

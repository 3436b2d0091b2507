import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Json, NewEntry, Reply, Settle } from '@xconnector/core'
import { READY, type Row, SLIM, type Slim } from './row.js'

const OK = { failure: 0, reply: 1, none: 2 } as const

/** An answer on its way to a join. */
export interface Arrival {
  readonly join: string
  readonly as: string
  readonly reply: Reply
}

/** A join's row. `expect` is not read with it: of a join of thousands it is long. */
export interface JoinRow extends Slim {
  readonly state: number
  readonly need: number
}

/** What is remembered of a join from one reply to the next, so that a reply costs the same however many there are. */
interface Known {
  /** Of its entry: an id may come again. */
  readonly seq: number
  readonly names: ReadonlySet<string>
  /** Replies that came. */
  n: number
  /** Those that are no failure. */
  good: number
}

/** Joins that are remembered. */
const MOST = 32

/** How many replies are enough; more than there are where every branch is awaited. */
export const needOf = (join: NonNullable<NewEntry['join']>): number => {
  const { expect, settle } = join
  if (settle === 'all') return expect.length
  if (settle === 'any') return 1
  return settle === 'bestEffort' ? expect.length + 1 : settle.quorum
}

/** What came for joins, and whether it is enough. */
export class Joins {
  #arrived: Arrival[] = []
  readonly #known = new Map<string, Known>()
  #seen = -1
  readonly #join: StatementSync
  readonly #names: StatementSync
  readonly #version: StatementSync
  readonly #one: StatementSync
  readonly #put: StatementSync
  readonly #forget: StatementSync
  readonly #clear: StatementSync
  readonly #came: StatementSync
  readonly #parts: StatementSync
  readonly #ready: StatementSync

  constructor(db: DatabaseSync) {
    const light = SLIM.replace('expect', "'' AS expect")
    this.#join = db.prepare(`SELECT ${light}, state, need FROM entry WHERE id = ? AND expect IS NOT NULL`)
    this.#names = db.prepare('SELECT expect FROM entry WHERE seq = ?')
    this.#version = db.prepare('PRAGMA data_version')
    this.#one = db.prepare('SELECT ok FROM part WHERE jid = ? AND name = ?')
    this.#put = db.prepare('INSERT OR REPLACE INTO part VALUES(?, ?, ?, ?)')
    this.#forget = db.prepare('DELETE FROM part WHERE jid = ? AND name = ?')
    this.#clear = db.prepare('DELETE FROM part WHERE jid = ?')
    this.#came = db.prepare(
      'SELECT count(*) AS n, count(*) FILTER (WHERE ok = 1) AS good FROM part WHERE jid = ?',
    )
    this.#parts = db.prepare('SELECT name, ok, value FROM part WHERE jid = ?')
    this.#ready = db.prepare(`UPDATE entry SET state = ${READY}, due = max(due, ?) WHERE seq = ?`)
  }

  /** An answer is on its way: it counts at `settleJoins`, once all that belongs to the same write is written. */
  answer(row: Pick<Slim, 'jid' | 'jname'>, reply: Reply): void {
    if (row.jid !== null && row.jname !== null) this.#arrived.push({ join: row.jid, as: row.jname, reply })
  }

  /** Takes the next answer from its way. */
  next(): Arrival | undefined {
    return this.#arrived.shift()
  }

  undone(): void {
    this.#arrived = []
    this.#known.clear()
  }

  /** Keeps a reply; gives whether the join has enough now. */
  put(join: JoinRow, as: string, reply: Reply): boolean {
    const known = this.#of(join)
    if (!known.names.has(as)) return false
    const before = this.#one.get(join.id, as) as { readonly ok: number } | undefined
    this.#put.run(join.id, as, OK[reply.as], valueOf(reply))
    if (before === undefined) known.n++
    known.good += (reply.as === 'reply' ? 1 : 0) - (before?.ok === OK.reply ? 1 : 0)
    return known.good >= join.need || known.n >= known.names.size
  }

  #of(join: JoinRow): Known {
    // Other processes may have put replies there since.
    const { data_version: version } = this.#version.get() as { readonly data_version: number }
    if (version !== this.#seen) this.#known.clear()
    this.#seen = version
    const known = this.#known.get(join.id)
    if (known?.seq === join.seq) return known
    const { expect } = this.#names.get(join.seq) as { readonly expect: string }
    const counted = this.#came.get(join.id) as { readonly n: number; readonly good: number }
    const made = {
      seq: join.seq,
      names: new Set(JSON.parse(expect) as readonly string[]),
      n: counted.n,
      good: counted.good,
    }
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(join.id, made)
    return made
  }

  ready(seq: number, now: number): void {
    this.#ready.run(now, seq)
  }

  find(id: string): JoinRow | undefined {
    return this.#join.get(id) as JoinRow | undefined
  }

  /** Awaits one branch again. */
  forget(id: string, as: string): void {
    this.#known.delete(id)
    this.#forget.run(id, as)
  }

  /** The join is over. */
  clear(id: string): void {
    this.#known.delete(id)
    this.#clear.run(id)
  }

  replies(row: Pick<Row, 'id'>): Readonly<Record<string, Reply>> {
    const parts = this.#parts.all(row.id) as unknown as readonly {
      name: string
      ok: number
      value: string | null
    }[]
    return Object.fromEntries(parts.map(({ name, ok, value }) => [name, replyOf(ok, value)]))
  }
}

const valueOf = (reply: Reply): string | null => {
  if (reply.as === 'none') return null
  return reply.as === 'reply' ? reply.value : JSON.stringify(reply.error)
}

const replyOf = (ok: number, value: string | null): Reply => {
  if (ok === OK.none || value === null) return { as: 'none' }
  return ok === OK.reply ? { as: 'reply', value } : { as: 'failure', error: JSON.parse(value) as Json }
}

/** A join, as it was given. */
export const joinOf = (row: Pick<Row, 'expect' | 'settle'>): NewEntry['join'] =>
  row.expect === null || row.settle === null
    ? undefined
    : { expect: JSON.parse(row.expect) as string[], settle: JSON.parse(row.settle) as Settle }

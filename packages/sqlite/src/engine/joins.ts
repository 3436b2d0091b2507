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

/** A join's row. */
export interface JoinRow extends Slim {
  readonly state: number
  readonly expect: string
  readonly need: number
}

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
  readonly #join: StatementSync
  readonly #put: StatementSync
  readonly #forget: StatementSync
  readonly #clear: StatementSync
  readonly #came: StatementSync
  readonly #parts: StatementSync
  readonly #ready: StatementSync

  constructor(db: DatabaseSync) {
    this.#join = db.prepare(`SELECT ${SLIM}, state, need FROM entry WHERE id = ? AND expect IS NOT NULL`)
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
  }

  /** Keeps a reply; gives whether the join has enough now. */
  put(join: JoinRow, as: string, reply: Reply): boolean {
    const names = JSON.parse(join.expect) as readonly string[]
    if (!names.includes(as)) return false
    this.#put.run(join.id, as, OK[reply.as], valueOf(reply))
    const { n, good } = this.#came.get(join.id) as { n: number; good: number }
    return good >= join.need || n >= names.length
  }

  ready(seq: number, now: number): void {
    this.#ready.run(now, seq)
  }

  find(id: string): JoinRow | undefined {
    return this.#join.get(id) as JoinRow | undefined
  }

  /** Awaits one branch again. */
  forget(id: string, as: string): void {
    this.#forget.run(id, as)
  }

  /** The join is over. */
  clear(id: string): void {
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

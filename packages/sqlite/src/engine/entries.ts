import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DEAD, DONE, HOLDING, JOINING, LEASED, READY, ROW, SLIM, type Row, type Slim } from './row.js'

type Value = number | string | null

/** A row to write, column by column. */
export interface NewRow {
  readonly id: string
  readonly hop: number
  readonly state: number
  readonly head: 0 | 1
  readonly at: number
  readonly due: number
  readonly deadline: number | null
  readonly key: string | null
  readonly lkey: string | null
  readonly version: number | string | null
  readonly jid: string | null
  readonly jname: string | null
  readonly expect: string | null
  readonly need: number | null
  readonly settle: string | null
  readonly until: number | null
  readonly errors: string | null
  readonly tag: string | null
  readonly envelope: string | null
  readonly body: string
}

/** The entries' table: every statement that changes a row of it. */
export class Entries {
  readonly #plain: StatementSync
  readonly #full: StatementSync
  readonly #alive: StatementSync
  readonly #promote: StatementSync
  readonly #byId: StatementSync
  readonly #bySeq: StatementSync
  readonly #slim: StatementSync
  readonly #delete: StatementSync
  readonly #keep: StatementSync
  readonly #child: StatementSync
  readonly #deleteDone: StatementSync
  readonly #again: StatementSync
  readonly #back: StatementSync
  readonly #expire: StatementSync
  readonly #dead: StatementSync
  readonly #told: StatementSync
  readonly #mark: StatementSync
  readonly #revive: StatementSync
  readonly #wait: StatementSync
  readonly #wake: StatementSync
  readonly #next: () => number | null

  /** `next` gives sequence numbers; null leaves them to SQLite. */
  constructor(db: DatabaseSync, next: () => number | null) {
    this.#next = next
    this.#plain = db.prepare(
      'INSERT INTO entry(seq, id, hop, at, due, envelope, body) VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING',
    )
    this.#full = db.prepare(
      `INSERT INTO entry(seq, id, hop, state, head, at, due, deadline, key, lkey, version, jid, jname, expect, need, settle,
         until, errors, tag, envelope, body)
       VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING`,
    )
    this.#alive = db.prepare(`SELECT 1 FROM entry WHERE hop = ? AND key = ? AND state < ${DEAD} LIMIT 1`)
    this.#promote = db.prepare(
      `UPDATE entry SET head = 1 WHERE head = 0
         AND seq = (SELECT min(seq) FROM entry WHERE hop = ? AND key = ? AND state < ${DEAD})`,
    )
    this.#byId = db.prepare(`SELECT ${ROW} FROM entry WHERE id = ?`)
    this.#bySeq = db.prepare(`SELECT ${ROW} FROM entry WHERE seq = ?`)
    this.#slim = db.prepare(
      `SELECT ${SLIM} FROM entry WHERE seq = ? AND fence = ? AND state IN (${READY}, ${LEASED})`,
    )
    this.#delete = db.prepare('DELETE FROM entry WHERE seq = ?')
    this.#keep = db.prepare(
      `UPDATE entry SET state = ${DONE}, head = 1, fence = NULL, until = NULL WHERE seq = ?`,
    )
    this.#child = db.prepare('SELECT 1 FROM entry WHERE id > ? AND id < ? LIMIT 1')
    this.#deleteDone = db.prepare(`DELETE FROM entry WHERE id = ? AND state = ${DONE}`)
    this.#again = db.prepare(
      `UPDATE entry SET state = ${READY}, due = ?, attempts = attempts + ?, claims = 0, fence = NULL, until = NULL,
         memo = ?, marks = ?, errors = ?, tag = ? WHERE seq = ?`,
    )
    this.#back = db.prepare(
      `UPDATE entry SET state = ${READY}, claims = max(0, claims - 1), fence = NULL, until = NULL WHERE seq = ?`,
    )
    this.#expire = db.prepare(`UPDATE entry SET state = ${READY}, until = NULL WHERE seq = ?`)
    this.#dead = db.prepare(
      `UPDATE entry SET state = ?, claims = 0, fence = NULL, until = ?, marks = ?, errors = ?, tag = ? WHERE seq = ?`,
    )
    this.#told = db.prepare('SELECT marks, errors, tag FROM entry WHERE seq = ?')
    this.#mark = db.prepare('UPDATE entry SET marks = ? WHERE seq = ?')
    this.#wait = db.prepare(`UPDATE entry SET state = ${JOINING} WHERE seq = ?`)
    // One that is in a hand of this process says ready too: what becomes of it sets its time anew.
    this.#wake = db.prepare(`UPDATE entry SET due = ?1 WHERE id = ?2 AND state = ${READY} AND due > ?1`)
    this.#revive = db.prepare(
      `UPDATE entry SET state = ?1, head = ?2, due = ?3, attempts = 0, claims = 0, fence = NULL, until = NULL, memo = NULL,
       deadline = iif(deadline <= ?3, NULL, deadline) WHERE seq = ?4`,
    )
  }

  /** false: an entry of that id exists. */
  insertPlain(
    id: string,
    hop: number,
    at: number,
    due: number,
    envelope: string | null,
    body: string,
  ): boolean {
    return this.#plain.run(this.#next(), id, hop, at, due, envelope, body).changes === 1
  }

  /** false: an entry of that id exists. */
  insert(row: NewRow): boolean {
    const values: Value[] = [
      this.#next(),
      row.id,
      row.hop,
      row.state,
      row.head,
      row.at,
      row.due,
      row.deadline,
      row.key,
      row.lkey,
      row.version,
      row.jid,
      row.jname,
      row.expect,
      row.need,
      row.settle,
      row.until,
      row.errors,
      row.tag,
      row.envelope,
      row.body,
    ]
    return this.#full.run(...values).changes === 1
  }

  isAlive(hop: number, key: string): boolean {
    return this.#alive.get(hop, key) !== undefined
  }

  /** The next of a key, if its head has left. */
  promote(row: Pick<Slim, 'hop' | 'key'>): void {
    if (row.key !== null) this.#promote.run(row.hop, row.key)
  }

  byId(id: string): Row | undefined {
    return this.#byId.get(id) as Row | undefined
  }

  bySeq(seq: number): Row | undefined {
    return this.#bySeq.get(seq) as Row | undefined
  }

  /** The row behind a lease that is kept in rows. An expired lease holds until somebody else takes the entry. */
  leased(seq: number, fence: string): Slim | undefined {
    return this.#slim.get(seq, fence) as Slim | undefined
  }

  /** Removes an ended row. A root stays, as done, while anything of its message lives, and goes with the last of it. */
  remove({ id, seq }: Pick<Slim, 'id' | 'seq'>): void {
    const cut = id.indexOf('/')
    const root = cut < 0 ? id : id.slice(0, cut)
    if (cut < 0) {
      if (this.#hasChild(root)) this.#keep.run(seq)
      else this.#delete.run(seq)
      return
    }
    this.#delete.run(seq)
    if (!this.#hasChild(root)) this.#deleteDone.run(root)
  }

  /** Removes a row, and nothing else. */
  erase(seq: number): void {
    this.#delete.run(seq)
  }

  // '0' is the character after '/'.
  #hasChild(root: string): boolean {
    return this.#child.get(`${root}/`, `${root}0`) !== undefined
  }

  again(seq: number, due: number, spend: boolean, memo: string | null, error: unknown): void {
    const { marks, errors, tag } = this.#tell(seq, error)
    this.#again.run(due, spend ? 1 : 0, memo, marks, errors, tag, seq)
  }

  back(seq: number): void {
    this.#back.run(seq)
  }

  /** Its lease is over; the one who had it may still settle it, until somebody else takes it. */
  expire(seq: number): void {
    this.#expire.run(seq)
  }

  dead(seq: number, hold: boolean, now: number, error: unknown): void {
    const { marks, errors, tag } = this.#tell(seq, error)
    this.#dead.run(hold ? HOLDING : DEAD, now, marks, errors, tag, seq)
  }

  // An outcome: clears the mark `sent`, and keeps the error.
  #tell(seq: number, error: unknown): { marks: string | null; errors: string | null; tag: string | null } {
    const told = this.#told.get(seq) as { marks: string | null; errors: string | null; tag: string | null }
    const marks = told.marks === null ? null : withoutSent(told.marks)
    if (error === undefined) return { ...told, marks }
    return { marks, errors: appendError(told.errors, error), tag: tagOf(error) }
  }

  mark(seq: number, name: string, value: unknown): void {
    const { marks } = this.#told.get(seq) as { marks: string | null }
    this.#mark.run(JSON.stringify({ ...marksOf(marks), [name]: value }), seq)
  }

  /** The time of an entry that waits has come. */
  wake(id: string, now: number): void {
    this.#wake.run(now, id)
  }

  /** A join that was ready waits for a branch again. */
  wait(seq: number): void {
    this.#wait.run(seq)
  }

  /** Back to life, or to joining, from the dead. */
  revive(seq: number, state: number, head: boolean, due: number): void {
    this.#revive.run(state, head ? 1 : 0, due, seq)
  }
}

/** The marks of a row. */
export const marksOf = (marks: string | null): Readonly<Record<string, never>> =>
  marks === null ? {} : (JSON.parse(marks) as Readonly<Record<string, never>>)

const withoutSent = (marks: string): string | null => {
  const { sent: _, ...rest } = marksOf(marks)
  return Object.keys(rest).length === 0 ? null : JSON.stringify(rest)
}

const KEPT_LAST = 19

// The first error and the 19 last tell the story; the middle of a long night of retries does not.
const appendError = (errors: string | null, error: unknown): string => {
  const all = errors === null ? [error] : [...(JSON.parse(errors) as unknown[]), error]
  return JSON.stringify(all.length <= KEPT_LAST + 1 ? all : [all[0], ...all.slice(-KEPT_LAST)])
}

/** The tag of a failure as it is stored. */
export const tagOf = (error: unknown): string | null => {
  const tag = (error as { readonly _tag?: unknown } | null)?._tag
  return typeof tag === 'string' ? tag : null
}

import type { StatementSync } from 'node:sqlite'
import type { Claimed, ClaimQuery, Claims, Lease, Want } from '@xconnector/core'
import type { Books } from './books.js'
import { claimed } from './claimed.js'
import { giveBack, superseded } from './give-back.js'
import { parseToken, type Leases } from './leases.js'
import { pick, ReadyRows } from './ready-rows.js'
import { LEASED, READY, type Row, type Slim, wholeMs } from './row.js'

/** Leases of many processes: in the entries' rows, written in the transaction of the group. */
export class RowLeases implements Leases {
  readonly write = true
  readonly #books: Books
  readonly #rows: ReadyRows
  readonly #boot: number
  readonly #lease: StatementSync
  readonly #expired: StatementSync
  readonly #expiry: StatementSync
  readonly #trial: StatementSync
  readonly #extend: StatementSync
  readonly #mine: StatementSync
  readonly #perHop: StatementSync
  #number = 0

  constructor(books: Books, boot: number) {
    const { db } = books
    this.#books = books
    this.#rows = new ReadyRows(db)
    this.#boot = boot
    this.#lease = db.prepare(
      `UPDATE entry SET state = ${LEASED}, fence = ?, until = ?, claims = claims + 1 WHERE seq = ?`,
    )
    this.#expired = db.prepare(`SELECT seq FROM entry WHERE hop = ? AND state = ${LEASED} AND until <= ?`)
    this.#expiry = db.prepare(
      `SELECT until FROM entry WHERE hop = ? AND state = ${LEASED} AND fence NOT GLOB ? ORDER BY until LIMIT 1`,
    )
    this.#trial = db.prepare(
      `SELECT 1 FROM entry WHERE state = ${LEASED} AND claims > 1 AND until > ? LIMIT 1`,
    )
    this.#extend = db.prepare(
      `UPDATE entry SET state = ${LEASED}, until = ? WHERE seq = ? AND fence = ? AND id = ?
         AND state IN (${READY}, ${LEASED})`,
    )
    this.#perHop = db.prepare(`SELECT hop, count(*) AS n FROM entry WHERE state = ${LEASED} GROUP BY hop`)
    this.#mine = db.prepare(`SELECT seq FROM entry WHERE state = ${LEASED} AND fence GLOB ?`)
  }

  idle(query: ClaimQuery, now: number): Claims | undefined {
    if (query.max > 0 && query.wants.some((want) => want.max > 0 && this.#finds(want, now))) return undefined
    const next = query.wants.reduce((min, want) => {
      const hop = this.#books.hops.find(want.flow, want.hop)
      if (hop === undefined) return min
      const ready = this.#rows.ready(want, hop, now, 1)[0]?.due
      return Math.min(min, ready ?? this.#rows.later(want, hop, now) ?? Infinity, this.#othersEnd(hop))
    }, Infinity)
    return next === Infinity ? { entries: [] } : { entries: [], next }
  }

  #finds(want: Want, now: number): boolean {
    const hop = this.#books.hops.find(want.flow, want.hop)
    if (hop === undefined) return false
    if (this.#expired.get(hop, now) !== undefined || this.#rows.ready(want, hop, now, 1).length > 0)
      return true
    return this.#rows.suspects(want, hop, now, 1).length > 0 && !this.#onTrial(now)
  }

  claim(query: ClaimQuery, now: number): Claims {
    const fence = `${this.#boot}.${++this.#number}`
    const until = wholeMs(now + query.leaseMs)
    const entries: Claimed[] = []
    let next = Infinity
    for (const want of query.wants) {
      const hop = this.#books.hops.find(want.flow, want.hop)
      if (hop === undefined) continue
      this.#takeExpired(hop, now)
      const quota = Math.max(0, Math.min(want.max, query.max - entries.length))
      const trial = this.#onTrial(now)
      const picked = pick(this.#rows, want, hop, { now, quota, held: 0, isHeld: () => false, trial })
      for (const { seq } of picked.take) entries.push(this.#take(seq, fence, until))
      next = Math.min(next, picked.next ?? Infinity, this.#othersEnd(hop))
    }
    return next === Infinity ? { entries } : { entries, next }
  }

  // A lease in another's hand may end without a word from it.
  #othersEnd(hop: number): number {
    return (this.#expiry.get(hop, `${this.#boot}.*`) as { until: number } | undefined)?.until ?? Infinity
  }

  // Somebody, here or elsewhere, has a suspect in hand.
  #onTrial(now: number): boolean {
    return this.#trial.get(now) !== undefined
  }

  #takeExpired(hop: number, now: number): void {
    for (const { seq } of this.#expired.all(hop, now) as unknown as readonly { seq: number }[]) {
      const row = this.#books.entries.bySeq(seq)!
      if (!superseded(this.#books, row, now)) this.#books.entries.expire(seq)
    }
  }

  #take(seq: number, fence: string, until: number): Claimed {
    this.#lease.run(fence, until, seq)
    return claimed(this.#books, this.#books.entries.bySeq(seq) as Row, fence)
  }

  find({ id, token }: Lease): Slim | undefined {
    const parsed = parseToken(token)
    const row = parsed && this.#books.entries.leased(parsed.seq, parsed.fence)
    return row?.id === id ? row : undefined
  }

  isHeld(): boolean {
    return false
  }

  held(): readonly { readonly hop: number; readonly n: number }[] {
    return this.#perHop.all() as unknown as readonly { readonly hop: number; readonly n: number }[]
  }

  extend({ id, token }: Lease, until: number): boolean {
    const parsed = parseToken(token)
    if (parsed === undefined) return false
    return this.#extend.run(wholeMs(until), parsed.seq, parsed.fence, id).changes === 1
  }

  // The row says it all: whoever settles it writes that.
  release(): void {}

  back(seq: number): void {
    this.#books.entries.back(seq)
  }

  committed(): void {}

  undone(): void {}

  end(now: number): void {
    for (const { seq } of this.#mine.all(`${this.#boot}.*`) as unknown as readonly { seq: number }[]) {
      giveBack(this.#books, this.#books.entries.bySeq(seq)!, now)
    }
  }
}

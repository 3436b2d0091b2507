import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { HopRef } from '@xconnector/core'

/** Numbers of hops, remembered once they are committed. */
export class Hops {
  readonly #known = new Map<string, Map<string, number>>()
  readonly #names = new Map<number, HopRef>()
  #fresh: Named[] = []
  readonly #db: DatabaseSync
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #name: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#find = db.prepare('SELECT no FROM hop WHERE flow = ? AND name = ?')
    this.#add = db.prepare('INSERT INTO hop(flow, name) VALUES(?, ?) RETURNING no')
    this.#name = db.prepare('SELECT flow, name AS hop FROM hop WHERE no = ?')
  }

  /** The number of a hop that has been written to, ever. */
  find(flow: string, hop: string): number | undefined {
    const known = this.#known.get(flow)?.get(hop)
    if (known !== undefined) return known
    const row = this.#find.get(flow, hop) as { no: number } | undefined
    if (row !== undefined) this.#learn({ flow, hop, no: row.no })
    return row?.no
  }

  /** The number of a hop, given now if it has none. Only in a transaction. */
  no(flow: string, hop: string): number {
    const found = this.find(flow, hop)
    if (found !== undefined) return found
    const { no } = this.#add.get(flow, hop) as { no: number }
    this.#learn({ flow, hop, no })
    return no
  }

  name(no: number): HopRef {
    const known = this.#names.get(no)
    if (known !== undefined) return known
    const { flow, hop } = this.#name.get(no) as unknown as HopRef
    return { flow, hop }
  }

  // A row written in an open transaction may yet be undone.
  #learn(named: Named): void {
    if (this.#db.isTransaction) this.#fresh.push(named)
    else this.#remember(named)
  }

  #remember({ flow, hop, no }: Named): void {
    const hops = this.#known.get(flow) ?? new Map<string, number>()
    this.#known.set(flow, hops.set(hop, no))
    this.#names.set(no, { flow, hop })
  }

  committed(): void {
    for (const named of this.#fresh) this.#remember(named)
    this.#fresh = []
  }

  undone(): void {
    this.#fresh = []
  }
}

interface Named extends HopRef {
  readonly no: number
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Count, Done, HopRef } from '@xconnector/core'

/** `in`: written ever. `dead`: now. Else why entries were done. What waits is the difference. */
export type What = 'in' | 'dead' | Done

/** Counters per hop, written once a transaction, so that nobody ever counts rows. */
export class Tally {
  readonly #moved = new Map<string, [hop: number, what: What, n: number]>()
  readonly #add: StatementSync
  readonly #all: StatementSync

  constructor(db: DatabaseSync) {
    this.#add = db.prepare('INSERT INTO tally VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n')
    this.#all = db.prepare(
      'SELECT flow, name AS hop, what, n FROM tally JOIN hop ON no = tally.hop ORDER BY no, what',
    )
  }

  count(hop: number, what: What, n = 1): void {
    const name = `${hop} ${what}`
    const moved = this.#moved.get(name)
    if (moved === undefined) this.#moved.set(name, [hop, what, n])
    else moved[2] += n
  }

  /** Writes what was counted. The last thing before a commit. */
  flush(): void {
    for (const [hop, what, n] of this.#moved.values()) if (n !== 0) this.#add.run(hop, what, n)
    this.#moved.clear()
  }

  undone(): void {
    this.#moved.clear()
  }

  /** Per hop `in`, every reason that occurred, `dead` and `waiting`. */
  counts(): readonly Count[] {
    const rows = this.#all.all() as unknown as readonly Count[]
    const hops = new Map<string, { readonly ref: HopRef; readonly whats: Map<string, number> }>()
    for (const { flow, hop, what, n } of rows) {
      const name = `${flow}\n${hop}`
      const found = hops.get(name) ?? { ref: { flow, hop }, whats: new Map<string, number>() }
      hops.set(name, found)
      found.whats.set(what, n)
    }
    return [...hops.values()].flatMap(({ ref, whats }) => {
      const all = whats.get('in')!
      const dead = whats.get('dead') ?? 0
      const done = [...whats].filter(([what]) => what !== 'in' && what !== 'dead')
      const ended = done.reduce((sum, [, n]) => sum + n, dead)
      const lines: [string, number][] = [['in', all], ...done, ['dead', dead], ['waiting', all - ended]]
      return lines.map(([what, n]) => ({ ...ref, what, n }))
    })
  }
}

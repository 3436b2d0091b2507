import { DatabaseSync } from 'node:sqlite'

// The journal's schema, version 1, as far as a judge needs it. Later ones say whether they can be read as if they were it.
const SCHEMA = 1
const ENTRIES = `SELECT seq, id, flow, name AS hop, state, tag, attempts, claims, at, due, body
  FROM entry JOIN hop ON no = entry.hop ORDER BY seq`
const TALLY = 'SELECT flow, name AS hop, what, n FROM tally JOIN hop ON no = tally.hop'
const DEDUPE = 'SELECT key, id FROM dedupe'
const STATES = 'SELECT name, value FROM state'
const META = 'SELECT value FROM meta WHERE name = ?'
/**
 * What waits. The timers that forget what patterns remember are none of it; nor is who waits for an order whose message
 * crashed five times at its effect: that keeps its key until the window is over.
 */
const WAITING = `SELECT count(*) AS n FROM entry e JOIN hop h ON h.no = e.hop
  WHERE e.state < 3 AND h.name NOT LIKE '%/forget' AND NOT (h.name = 'charge/work' AND EXISTS (
    SELECT 1 FROM entry d WHERE d.hop = e.hop AND d.state IN (3, 4) AND d.tag = 'Crashed'
      AND json_extract(d.body, '$.key') = json_extract(e.body, '$.key')))`

/** Where an entry stands. */
export type Standing = 'ready' | 'leased' | 'joining' | 'dead' | 'done'

const STANDINGS: readonly Standing[] = ['ready', 'leased', 'joining', 'dead', 'dead', 'done']

/** An entry's row. */
export interface EntryRow {
  readonly seq: number
  readonly id: string
  readonly flow: string
  readonly hop: string
  readonly standing: Standing
  /** Of a dead letter: what it died of. */
  readonly tag: string | null
  readonly attempts: number
  readonly claims: number
  readonly at: number
  readonly due: number
  readonly body: string
}

/** What a journal's file says, read by SQL of our own. */
export interface JournalFile {
  readonly integrity: string
  /** Whether the last process closed it. */
  readonly clean: boolean
  readonly entries: readonly EntryRow[]
  readonly tally: readonly {
    readonly flow: string
    readonly hop: string
    readonly what: string
    readonly n: number
  }[]
  /** Ids by dedupe key. */
  readonly dedupe: ReadonlyMap<string, string>
  readonly states: readonly { readonly name: string; readonly value: string }[]
}

/** Reads a journal that nobody writes to any more. @throws Error for a schema that this does not know. */
export const readJournal = (file: string): JournalFile => {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const all = <T>(sql: string): readonly T[] => db.prepare(sql).all() as unknown as readonly T[]
    const meta = (name: string): unknown => db.prepare(META).get(name)?.['value']
    const readable = Number(meta('readable'))
    if (!(readable <= SCHEMA))
      throw new Error(`the journal ${file} cannot be read as schema ${SCHEMA}: it says ${readable}`)
    return {
      integrity: all<{ integrity_check: string }>('PRAGMA integrity_check')
        .map((row) => row.integrity_check)
        .join('; '),
      clean: meta('clean') === 1,
      entries: all<EntryRow & { state: number }>(ENTRIES).map(({ state, ...row }) => ({
        ...row,
        standing: STANDINGS[state]!,
      })),
      tally: all(TALLY),
      dedupe: new Map(all<{ key: string; id: string }>(DEDUPE).map(({ key, id }) => [key, id])),
      states: all(STATES),
    }
  } finally {
    db.close()
  }
}

/** How many entries of a journal wait. Others may be writing to it. */
export const waitingIn = (file: string): number => {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  try {
    return Number(db.prepare(WAITING).get()?.['n'])
  } finally {
    db.close()
  }
}

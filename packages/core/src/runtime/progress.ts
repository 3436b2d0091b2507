import { checkMade, checkText } from '../message/check-made.js'
import type { RunReport } from '../flow/run-report.js'
import type { Clock } from '../ports/clock.js'
import type { Journal } from '../ports/journal.js'
import { runRowName, runRowOf, type RunRow } from './run-row.js'

/** How far a batch run is. */
export interface Progress {
  /** The id of the message that the run is of: also the root of its dead letters. */
  readonly run: string
  /** Epoch milliseconds. */
  readonly started: number
  /** Rows read, those left out included. */
  readonly read: number
  /** Rows that there are, where that is known. */
  readonly total?: number
  /** Rows that have come to an end, those left out included. */
  readonly done: number
  readonly dead: number
  /** Read, and neither done nor dead yet. */
  readonly waiting: number
  /** Rows a second that came to an end, since it began. */
  readonly rate: number
  /** It is over. */
  readonly report?: RunReport
}

const PAGE = 1000
const PAGES = 20

/**
 * How far the current or last batch run of a flow is, from any process on the journal: undefined before the first. What
 * waits is counted at the hops of its items: exact where one run is under way at a time and an item does not fan out.
 */
export const progressOf = async (
  journal: Journal,
  clock: Clock,
  flow: string,
): Promise<Progress | undefined> => {
  checkMade('progressOf: journal', 'a journal', journal, 'read')
  checkMade('progressOf: clock', 'a clock', clock, 'now')
  checkText('progressOf: flow', flow)
  const name = runRowName(flow)
  const row = runRowOf((await journal.read([name]))[name])
  if (row === undefined) return undefined
  const { run, started, read, skipped, total, report } = row
  const about = { run, started, read, ...(total !== undefined && { total }) }
  if (report !== undefined) {
    const { dead, held, took } = report
    const done = report.total - dead - held
    return { ...about, done, dead, waiting: held, rate: rateOf(done + dead, took), report }
  }
  const [waits, dead] = await Promise.all([waitingOf(journal, flow, row), deadOf(journal, row)])
  const waiting = Math.min(waits, Math.max(0, read - skipped - dead))
  const done = Math.max(0, read - dead - waiting)
  return { ...about, done, dead, waiting, rate: rateOf(done + dead, clock.now() - started) }
}

const rateOf = (ended: number, ms: number): number => (ms > 0 ? Math.round((ended * 10_000) / ms) / 10 : 0)

const waitingOf = async (journal: Journal, flow: string, { split }: RunRow): Promise<number> => {
  const counts = await journal.admin.counts()
  const below = `${split}/item`
  return counts.reduce(
    (n, c) => n + (c.what === 'waiting' && c.flow === flow && c.hop.startsWith(below) ? c.n : 0),
    0,
  )
}

// Items, not dead letters: one of an item that fans out may have several.
const deadOf = async (journal: Journal, { run: root, split }: RunRow): Promise<number> => {
  const below = `${root}/${split}/`
  const dead = new Set<string>()
  for (let after = 0, n = 0; n < PAGES; n++) {
    const found = await journal.admin.find({ root, state: 'dead', after, limit: PAGE })
    for (const { id } of found)
      if (id.startsWith(below)) dead.add(id.slice(below.length).split(/[/~]/, 1)[0]!)
    if (found.length < PAGE) break
    after = found.at(-1)!.seq
  }
  return dead.size
}

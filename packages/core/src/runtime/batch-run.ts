import type { Json } from '../message/json.js'
import type { NewEntry, StateMove } from '../ports/journal.js'
import { asked } from './asked.js'
import { entryOf } from './emit.js'
import { rootOf } from './envelope.js'
import type { Judgement, JudgePorts, Trial } from './judge.js'
import { runRowName, runRowOf, type RunRow } from './run-row.js'
import type { SplitEnd } from './split.js'
import type { SplitPlace } from './split-place.js'
import { countersName } from './tallies.js'

/** How long a run waits before it asks again whether the one before it is over: milliseconds. */
const QUEUED = 1000

/** How soon it is asked whether all items of a run have come to an end: milliseconds. */
export const FIRST_LOOK = 1000

/** What a run's entry at its watching hop holds. */
export interface Watched {
  readonly started: number
  readonly total: number
  readonly skipped: number
}

/** What to do instead of beginning a run, where an earlier one is not over. */
export const mayRun = async (
  ports: JudgePorts,
  t: Trial,
  end: SplitEnd,
  place: SplitPlace & { readonly version: number },
): Promise<Judgement | undefined> => {
  const run = end.settings.run
  if (run === undefined || run.overlap === 'allow' || place.version > 0) return undefined
  const { entry, now } = t.origin
  const row = (await rowOf(t)).row
  if (row === undefined || row.report !== undefined || row.run === rootOf(entry.id)) return undefined
  // One whose message is a dead letter never reports: it is over when nothing of it is under way.
  const query = { root: row.run, state: 'waiting', limit: 1 } as const
  const alive = await asked(t, () => ports.journal.admin.find(query))
  if (alive.length === 0) return undefined
  if (run.overlap === 'queue') return { outcome: { as: 'again', at: now + QUEUED, spend: false } }
  t.ctx.log.warn(`split "${end.line.name}": the run ${row.run} is not over: this one is skipped`, {
    run: row.run,
  })
  return { outcome: { as: 'done', why: 'discarded' } }
}

/** The state that a chunk of a run moves beside its position. */
export const runMoves = async (
  t: Trial,
  end: SplitEnd,
  before: SplitPlace & { readonly version: number },
  after: SplitPlace,
  all: boolean,
  total: number | undefined,
): Promise<readonly StateMove[]> => {
  const { flow, id } = t.origin.entry
  const run = rootOf(id)
  const { row, version } = await rowOf(t)
  const first = before.version === 0
  const moves: StateMove[] = []
  // Another run has begun since: progress is told of that one.
  if (first || row?.run === run) {
    const known = total ?? (first ? undefined : row?.total)
    const next: RunRow = {
      run,
      split: end.path,
      started: after.started,
      read: after.at,
      skipped: after.skipped,
      ...(all ? { total: after.at, all } : known !== undefined && { total: known }),
    }
    moves.push({ name: runRowName(flow), expect: version, value: next as unknown as Json })
  }
  if (first && end.settings.run?.outcome !== undefined)
    moves.push({ name: countersName(run), expect: 0, value: [] })
  return moves
}

/** The entry that watches over a run whose items are all emitted. */
export const watchOf = (t: Trial, hop: string, at: SplitPlace): NewEntry => {
  const body: Watched = { started: at.started, total: at.at, skipped: at.skipped }
  return entryOf(t.origin, hop, JSON.stringify(body), {
    key: null,
    fresh: true,
    answers: null,
    notBefore: t.origin.now + (at.at === 0 ? 0 : FIRST_LOOK),
  })
}

/** What is kept of the flow's latest run. */
export const rowOf = async (
  t: Trial,
): Promise<{ readonly row: RunRow | undefined; readonly version: number }> => {
  const name = runRowName(t.origin.entry.flow)
  const stored = (await asked(t, () => t.ctx.state([name])))[name]
  return { row: runRowOf(stored), version: stored?.version ?? 0 }
}

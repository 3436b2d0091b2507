import type { RunReport } from '../flow/run-report.js'
import type { Json } from '../message/json.js'
import type { End } from '../plan/hop.js'
import type { Found, StateMove } from '../ports/journal.js'
import { left, right } from '../result/result.js'
import { asked } from './asked.js'
import { FIRST_LOOK, rowOf, type Watched } from './batch-run.js'
import { collect, type Sending } from './emit.js'
import { delivered, type Ended } from './ending.js'
import { rootOf } from './envelope.js'
import type { JudgePorts, Trial } from './judge.js'
import { runRowName } from './run-row.js'
import { countersName, tallyName, type Tallied } from './tallies.js'

type RunEnd = End & { readonly as: 'run' }

/** The longest time between two looks: milliseconds. */
const RARE = 30_000

/** A look costs a tenth of the time that the run has taken at most. */
const SHARE = 10

const PAGE = 1000

/** Looks whether all items of a run have come to an end; makes its report when they have. */
export const runEnded = async (ports: JudgePorts, t: Trial, end: RunEnd): Promise<Ended> => {
  const { entry, now } = t.origin
  const look = { at: Math.min(Math.max((now - entry.at) / SHARE, FIRST_LOOK), RARE) }
  const items = await itemsOf(ports, t, end)
  if (items === undefined) return right({ outcome: { as: 'again', at: now + look.at, spend: false } })
  const counted = await tallied(ports, t, end)
  const { started, total, skipped } = JSON.parse(entry.body) as Watched
  const { created, updated } = counted
  const { dead, held } = items
  const report: RunReport = {
    run: rootOf(entry.id),
    flow: entry.flow,
    split: end.line.name,
    started,
    ended: now,
    took: Math.max(0, now - started),
    total,
    created,
    updated,
    unchanged: Math.max(0, total - skipped - dead - held - created - updated),
    dead,
    skipped,
    held,
  }
  const out: Sending = { entries: [] }
  if (end.report !== undefined) {
    const bad = collect(t.origin, end.report, report, { key: null, fresh: true, answers: null }, out)
    if (bad !== undefined) return left({ line: end.line, failure: bad })
  }
  const moves = [...counted.moves, ...(await closing(t, report))]
  return right({ ...delivered(t, out), moves, report })
}

/** Items that are dead and items held behind them; undefined while any other is under way. */
const itemsOf = async (
  ports: JudgePorts,
  t: Trial,
  end: RunEnd,
): Promise<{ readonly dead: number; readonly held: number } | undefined> => {
  const below = `${rootOf(t.origin.entry.id)}/${end.path}/`
  const waiting = new Set<number>()
  // Behind what, if behind anything, an item that waits is held.
  const collectDead = async (): Promise<Set<number>> => {
    const dead = new Set<number>()
    await each(ports, t, 'dead', (f) => {
      const index = indexIn(f.id, below)
      if (index !== undefined) dead.add(index)
      return true
    })
    return dead
  }
  let dead = end.stop ? await collectDead() : undefined
  const first = dead === undefined || dead.size === 0 ? Number.POSITIVE_INFINITY : Math.min(...dead)
  const over = await each(ports, t, 'waiting', (f) => {
    const index = indexIn(f.id, below)
    if (index === undefined) return true
    waiting.add(index)
    return index > first
  })
  if (!over) return undefined
  dead ??= await collectDead()
  for (const index of dead) waiting.delete(index)
  return { dead: dead.size, held: waiting.size }
}

/** Goes over entries of the message while `f` gives true; gives whether it did to the end. */
const each = async (
  ports: JudgePorts,
  t: Trial,
  state: 'waiting' | 'dead',
  f: (found: Found) => boolean,
): Promise<boolean> => {
  const root = rootOf(t.origin.entry.id)
  // The first item that is under way settles it, and it is mostly among the first found.
  let limit = state === 'waiting' ? 20 : PAGE
  for (let after = 0; ; limit = PAGE) {
    const query = { root, state, after, limit }
    const found = await asked(t, () => ports.journal.admin.find(query))
    if (!found.every(f)) return false
    if (found.length < limit) return true
    after = found.at(-1)!.seq
  }
}

const indexIn = (id: string, below: string): number | undefined => {
  if (!id.startsWith(below)) return undefined
  const index = Number.parseInt(id.slice(below.length), 10)
  return Number.isNaN(index) ? undefined : index
}

/** What all processes counted, and the moves that clear it away. */
const tallied = async (
  ports: JudgePorts,
  t: Trial,
  end: RunEnd,
): Promise<Tallied & { readonly moves: readonly StateMove[] }> => {
  const nothing = { created: 0, updated: 0, moves: [] }
  if (!end.tallied) return nothing
  const run = rootOf(t.origin.entry.id)
  const list = countersName(run)
  const listed = (await asked(t, () => ports.journal.read([list])))[list]
  if (listed === undefined) return nothing
  const names = (listed.value as readonly string[]).map((process) => tallyName(run, process))
  const rows = await asked(t, () => ports.journal.read(names))
  let [created, updated] = [0, 0]
  const moves: StateMove[] = [{ name: list, expect: listed.version, value: undefined }]
  for (const name of names) {
    const row = rows[name]
    moves.push({ name, expect: row?.version ?? 0, value: undefined })
    const { created: c, updated: u } = (row?.value ?? { created: 0, updated: 0 }) as unknown as Tallied
    created += c
    updated += u
  }
  return { created, updated, moves }
}

const closing = async (t: Trial, report: RunReport): Promise<readonly StateMove[]> => {
  const { row, version } = await rowOf(t)
  // Progress is told of a later one.
  if (row?.run !== report.run) return []
  const value = { ...row, report } as unknown as Json
  const move = { name: runRowName(report.flow), expect: version, value }
  t.ctx.assume([move])
  return [move]
}

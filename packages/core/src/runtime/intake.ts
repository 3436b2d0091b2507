import { failureRecord } from '../failure/failure-record.js'
import { JournalUnavailable } from '../failure/journal-unavailable.js'
import type { Json } from '../message/json.js'
import type { DriftWatch } from '../drift/drift-watch.js'
import type { Plan } from '../plan/plan.js'
import type { Journal, NewEntry, StateMove, Stored, Taken } from '../ports/journal.js'
import type { Accepted, Incoming, Intake, Source } from '../source/source.js'
import type { Environment } from '../step/context.js'
import { prepare, type Prepared } from './accepting.js'
import type { Backlog, BacklogWrite } from './backlog.js'
import type { Pressure } from './pressure.js'
import type { Telling } from './telling.js'

/** What an intake works with. */
export interface IntakePorts {
  readonly env: Environment
  readonly journal: Journal
  readonly backlog: Backlog
  readonly pressure: Pressure
  readonly telling: Telling
  readonly signal: AbortSignal
  readonly drift: DriftWatch | undefined
  /** Whether the journal takes writes. */
  healthy(): boolean
  /** Whether somebody paused the intake of one of these flows. */
  paused(flows: ReadonlySet<string>): boolean
  /** Messages are durable. */
  accepted(): void
}

/** Seconds after which a sender that was turned away may ask again. */
const RETRY_AFTER = 5

/** Messages of a batch that are prepared before the event loop gets its turn. */
const AT_ONCE = 200

/** What one source gives its messages to: every flow that is `from` it gets each, in one transaction. */
export const intake = (
  ports: IntakePorts,
  source: Source<unknown, never>,
  plans: readonly Plan[],
): Intake => {
  const { env, journal, backlog, pressure } = ports
  const cursorName = `cursor:${source.name}`
  const nameOf = (own: string): string => `source:${source.name}:${own}`
  const feeds = new Set(plans.map((p) => p.definition.name))
  // As last read or moved; what is not there yet has version 0.
  const versions = new Map<string, number>()

  const read = async (names: readonly string[]): Promise<Readonly<Record<string, Stored>>> => {
    const stored = await journal.read(names)
    for (const name of names) versions.set(name, stored[name]?.version ?? 0)
    return stored
  }

  const write = async (
    entries: readonly NewEntry[],
    state: readonly StateMove[],
  ): Promise<readonly Taken[]> => {
    if (entries.length === 0 && state.length === 0) return []
    const taken = await pressure.write(
      () => env.clock.now(),
      () => journal.accept(entries, { state }),
    )
    if (taken === 'conflict')
      throw new JournalUnavailable(
        'failed',
        `the position of source "${source.name}" was moved by another process; read it again`,
      )
    // What was removed begins anew.
    for (const { name, expect, value } of state) versions.set(name, value === undefined ? 0 : expect + 1)
    return taken
  }

  return {
    clock: env.clock,
    log: env.log,
    ids: env.ids,
    signal: ports.signal,
    config: env.config,
    // `healthy` first: it sees to it that a full backlog is counted again.
    load() {
      if (ports.paused(feeds)) return { retryAfter: RETRY_AFTER, paused: true }
      const busy = !ports.healthy() || backlog.full || pressure.busy(env.clock.now())
      return busy ? { retryAfter: RETRY_AFTER } : undefined
    },
    async cursor() {
      return (await read([cursorName]))[cursorName]?.value
    },
    async state(names) {
      const stored = await read(names.map(nameOf))
      return Object.fromEntries(
        names.flatMap((own) => {
          const found = stored[nameOf(own)]
          return found === undefined ? [] : [[own, found.value]]
        }),
      )
    },
    async waiting() {
      const counts = await journal.admin.counts()
      return counts.reduce((n, c) => n + (c.what === 'waiting' && feeds.has(c.flow) ? c.n : 0), 0)
    },
    async accept(
      batch: readonly Incoming[],
      cursor?: Json,
      own: Readonly<Record<string, Json | undefined>> = {},
    ) {
      const now = env.clock.now()
      // By message, then by flow.
      const prepared: (readonly Prepared[])[] = []
      for (const incoming of batch) {
        prepared.push(
          await Promise.all(
            plans.map((p, i) => prepare(p, source, incoming, env.ids.next(), now, i === plans.length - 1)),
          ),
        )
        if (prepared.length % AT_ONCE === 0) await new Promise<void>((resolve) => env.clock.soon(resolve))
      }
      const entries = prepared.flat().flatMap((p) => ('entry' in p ? [p.entry] : []))
      const moves = Object.entries(own).map(([name, value]) => [nameOf(name), value] as const)
      if (cursor !== undefined) moves.push([cursorName, cursor])
      const state = moves.map(([name, value]) => ({ name, expect: versions.get(name) ?? 0, value }))
      const writing = backlog.write()
      let taken: readonly Taken[]
      try {
        taken = await write(entries, state)
        tell(ports, entries, taken, now, writing)
      } finally {
        writing.end()
      }
      let i = 0
      const said = prepared.map((ps) =>
        ps.map((p): Accepted => ('refused' in p ? { as: 'refused', failure: p.refused } : taken[i++]!)),
      )
      // One answer a message: the first flow's, unless another flow took what that one had had before.
      const answers = said.map(
        (s) => s.find((a) => a.as === 'accepted') ?? s.find((a) => a.as === 'dead') ?? s[0]!,
      )
      if (ports.drift !== undefined) watched(ports.drift, source, batch, prepared, answers)
      return answers
    },
  }
}

/** Shows what was decoded, and is no repeat, to whoever watches its shape. */
const watched = (
  drift: DriftWatch,
  source: Source<unknown, never>,
  batch: readonly Incoming[],
  prepared: readonly (readonly Prepared[])[],
  answers: readonly Accepted[],
): void =>
  answers.forEach((a, i) => {
    if (a.as !== 'accepted' && a.as !== 'superseded') return
    const { raw, type } = batch[i]!
    if (prepared[i]!.every((p) => 'entry' in p && p.decoded)) drift.saw(source.name, type, raw, a.id)
  })

const tell = (
  ports: IntakePorts,
  entries: readonly NewEntry[],
  taken: readonly Taken[],
  at: number,
  writing: BacklogWrite,
): void => {
  let n = 0
  taken.forEach((t, i) => {
    if (t.as === 'accepted') n++
    const { flow, hop, dead } = entries[i]!
    if (ports.telling.hears('accepted')) ports.telling.tell('accepted', { flow, hop, id: t.id, at, as: t.as })
    if (t.as === 'dead')
      ports.telling.tell('dead', { flow, hop, id: t.id, at, attempt: 0, ms: 0, error: failureRecord(dead) })
  })
  writing.add(n)
  // A repeat too: its first may have been written by a call whose answer was lost.
  if (taken.some((t) => t.as === 'accepted' || t.as === 'duplicate')) ports.accepted()
}

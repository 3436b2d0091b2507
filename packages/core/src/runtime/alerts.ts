import { failureRecord } from '../failure/failure-record.js'
import type { Json } from '../message/json.js'
import type { Clock } from '../ports/clock.js'
import type { Journal, NewEntry, StateMove } from '../ports/journal.js'
import { MAP, Line, program, type RunContext } from '../run/line.js'
import { targetLine } from '../flow/lines.js'
import type { Hop } from '../plan/hop.js'
import type { Alert } from '../route/alert.js'
import type { AlertTarget } from '../route/route.js'
import { envelopeText } from './envelope.js'

/** One failure worth telling. */
export interface Notice {
  readonly targets: readonly AlertTarget[]
  /** The flow whose alert hop delivers it. */
  readonly by: string
  readonly flow: string
  readonly hop: string
  readonly tag: string
  readonly verdict: Alert['verdict']
  readonly id: string
  readonly error: Json
  readonly at: number
}

/** What goes into the commit of the verdict, so that an alert is as durable as what it tells. */
export interface AlertWrites {
  readonly emit: readonly NewEntry[]
  readonly state: readonly StateMove[]
}

interface Group {
  /** Epoch milliseconds at which its window began. */
  readonly start: number
  readonly count: number
  readonly since: number
  readonly until: number
  readonly sample: Alert['sample']
  readonly verdict: Alert['verdict']
}

// One row a group, for good: this window, and the last one, whose second alert may still be under way.
interface Stored {
  readonly now: Group
  readonly before?: Group
}

interface Known {
  readonly version: number
  readonly stored: Stored | undefined
}

/**
 * Groups failures by flow, hop, tag and window. The first of a window is told at once, the rest of it once, when the
 * window is over: by entries of their own, whose ids name the group, so that emitting them again changes nothing.
 */
export class Alerts {
  readonly #journal: Journal
  readonly #window: number
  // What this process wrote last, ahead of its commit: settlements of one batch follow each other.
  readonly #known = new Map<string, Known>()

  constructor(journal: Journal, window: number) {
    this.#journal = journal
    this.#window = window
  }

  async writes(n: Notice): Promise<AlertWrites> {
    // Whoever stands in a list twice is told once.
    const each = await Promise.all([...new Set(n.targets)].map((target) => this.#writes(n, target)))
    return { emit: each.flatMap((w) => w.emit), state: each.flatMap((w) => w.state) }
  }

  /** Forgets what was written ahead: a commit with it did not go through. */
  forget(writes: AlertWrites): void {
    for (const move of writes.state) this.#known.delete(move.name)
  }

  async #writes(n: Notice, target: AlertTarget): Promise<AlertWrites> {
    const start = Math.floor(n.at / this.#window) * this.#window
    const name = `alert:${n.flow}:${n.hop}:${n.tag}:${target.name}`
    const { version, stored } = this.#known.get(name) ?? (await this.#read(name))
    const same = stored?.now.start === start ? stored.now : undefined
    const now: Group = {
      start,
      count: (same?.count ?? 0) + 1,
      since: same?.since ?? n.at,
      until: n.at,
      sample: same?.sample ?? { id: n.id, error: failureRecord(n.error) },
      verdict: n.verdict,
    }
    const before = same === undefined ? stored?.now : stored?.before
    const value: Stored = { now, ...(before !== undefined && { before }) }
    this.#known.set(name, { version: version + 1, stored: value })
    const state = [{ name, expect: version, value: value as unknown as Json }]
    if (now.count > 2) return { state, emit: [] }
    return {
      state,
      emit: [this.#entry(n, target, name, start, now.count === 1 ? undefined : start + this.#window)],
    }
  }

  async #read(name: string): Promise<Known> {
    const read = (await this.#journal.read([name]))[name]
    // Another of this batch may have read and written meanwhile.
    return (
      this.#known.get(name) ?? {
        version: read?.version ?? 0,
        stored: read?.value as unknown as Stored | undefined,
      }
    )
  }

  #entry(
    n: Notice,
    target: AlertTarget,
    name: string,
    start: number,
    notBefore: number | undefined,
  ): NewEntry {
    const part = notBefore === undefined ? 'first' : 'rest'
    return {
      flow: n.by,
      hop: alertHopName(target),
      id: `${name.replaceAll('/', '|')}:${start}:${part}`,
      body: JSON.stringify({ flow: n.flow, hop: n.hop, tag: n.tag, name, start }),
      envelope: envelopeText({ v: 1, source: n.flow, type: 'alert', time: n.at }),
      ...(notBefore !== undefined && { notBefore }),
    }
  }
}

/** The hop that delivers alerts to a target. */
export const alertHopName = (target: AlertTarget): string => `alert ${target.name}`

/** Builds the alert from its group's count of now, and delivers it. */
export const alertHop = (flow: string, target: AlertTarget, journal: Journal): Hop => {
  const composed = async (body: Reference, ctx: RunContext): Promise<Alert> =>
    alertOf(body, await journal.read([body.name]), ctx.clock)
  // The group goes on being counted, and a key must not be sent with two bodies.
  const compose = new Line(MAP, 'alert', (body: Reference, ctx: RunContext) =>
    target.effect === 'keyed' ? ctx.once('alert', () => composed(body, ctx)) : composed(body, ctx),
  )
  const deliver = targetLine(target.name, target, undefined)
  return {
    flow,
    name: alertHopName(target),
    program: program([compose, deliver]),
    effect: deliver,
    destinations: target.destination === undefined ? [] : [target.destination],
    codec: undefined,
    end: { as: 'next', next: { as: 'done' } },
    raw: false,
    joining: undefined,
    splits: [],
  }
}

interface Reference {
  readonly flow: string
  readonly hop: string
  readonly tag: string
  readonly name: string
  readonly start: number
}

const alertOf = (r: Reference, state: Awaited<ReturnType<Journal['read']>>, clock: Clock): Alert => {
  const now = clock.now()
  const stored = state[r.name]?.value as unknown as Stored | undefined
  const group = [stored?.now, stored?.before].find((g) => g?.start === r.start) ?? unknown(now, r.tag)
  const where = JSON.stringify({ flow: r.flow, hop: r.hop, tag: r.tag })
  return {
    flow: r.flow,
    hop: r.hop,
    tag: r.tag,
    count: group.count,
    since: group.since,
    until: group.until,
    sample: group.sample,
    verdict: group.verdict,
    replay: group.verdict === 'dead' ? `runtime.deadLetters.replay(${where})` : 'nothing to replay',
  }
}

// Its row was overwritten by two later windows: the alert is that late.
const unknown = (at: number, tag: string): Group => ({
  start: at,
  count: 1,
  since: at,
  until: at,
  sample: { id: '', error: failureRecord({ _tag: tag }) },
  verdict: 'dead',
})

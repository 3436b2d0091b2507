import type { Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Decision, Emission } from '../flow/node.js'
import { stringify } from '../message/storable.js'
import { left, right, type May, type Result } from '../result/result.js'
import { choice } from '../run/memory.js'
import type { Line } from '../run/line.js'
import type { End, Next } from '../plan/hop.js'
import { collect, emit, entryOf, type Differing, type Sending } from './emit.js'
import type { Judgement, JudgePorts, Trial } from './judge.js'
import { newMessage } from './new-message.js'
import type { StateMove } from '../ports/journal.js'
import { runEnded } from './run-end.js'
import { splitUp } from './split.js'
import { splitJoined } from './split-joined.js'
import { tallyOf } from './tally-of.js'

type NodeEnd = End & { readonly as: 'node' }

/** How a hop that ran well ends: what its commit writes, or the failure of the structure at its end. */
export type Ended = Result<Unfinished, Judgement>

/** What is written beside an outcome. */
export interface Written extends Pick<Judgement, 'moves' | 'wake'> {
  readonly emit: NonNullable<Judgement['emit']>
}

/** How a hop failed at its end. `also`: what is written with what becomes of that. */
interface Unfinished {
  readonly line: Line | undefined
  readonly failure: Tagged
  readonly also?: Written
}

/** Ends a hop with the body that its program gave. */
export const ended = (ports: JudgePorts, t: Trial, body: unknown): May<Ended> => {
  const { end, program } = t.deployed.hop
  switch (end.as) {
    case 'next':
      return sent(t, emit(t.origin, end.next, body), program.lines.at(-1))
    case 'choose': {
      const chosen = choice(end.cases, body, t.ctx)
      if (chosen._tag === 'Left') return left({ line: end.line, failure: chosen.left })
      return sent(t, emit(t.origin, chosen.right.branch, body), end.line)
    }
    case 'split':
      return end.join === undefined ? splitUp(ports, t, end, body) : splitJoined(t, end, body)
    case 'run':
      return runEnded(ports, t, end)
    case 'node':
      return atNode(ports, t, end, body)
  }
}

const sent = (t: Trial, r: Result<StepFailed, Sending>, line: Line | undefined): Ended =>
  r._tag === 'Left' ? left({ line, failure: r.left }) : right(delivered(t, r.right))

/** A commit that writes these. */
export const delivered = (t: Trial, out: Sending): Judgement => ({
  outcome: { as: 'done', why: 'delivered', ...(out.reply !== undefined && { reply: out.reply }) },
  emit: out.entries,
  ...tallyOf(t, out),
})

const atNode = (ports: JudgePorts, t: Trial, end: NodeEnd, body: unknown): May<Ended> => {
  const threw = (thrown: unknown): Ended =>
    left({ line: end.line, failure: new StepFailed(end.line.name, thrown) })
  try {
    const r = end.enter(body, t.ctx)
    if (!(r instanceof Promise)) return decided(ports, t, end, r)
    return r
      .then((x) => (x === undefined ? atNode(ports, t, end, body) : decided(ports, t, end, x)))
      .catch(threw)
  } catch (thrown) {
    return threw(thrown)
  }
}

const decided = (ports: JudgePorts, t: Trial, end: NodeEnd, r: Result<Tagged, Decision>): Ended => {
  if (r._tag === 'Left') return left({ line: end.line, failure: r.left })
  const d = r.right
  const out: Sending = { entries: [] }
  const join = d.emit?.find((e) => e.join !== undefined)
  const joinId = join === undefined ? undefined : idOf(t, end, join)
  for (const e of d.emit ?? []) {
    const bad = collect(t.origin, outOf(end, e), e.body, differing(end, e, joinId), out)
    if (bad !== undefined) return left({ line: end.line, failure: bad })
  }
  if (d.divert !== undefined) {
    const stored = stringify(d.divert.body)
    if (!('text' in stored))
      throw new TypeError(`${stored.path || 'the body'}: ${stored.type} cannot be stored`)
    out.entries.push(newMessage(ports, t, d.divert.to, stored.text))
  }
  const outcome: Judgement['outcome'] =
    d.again === undefined
      ? {
          as: 'done',
          why: d.done ?? (d.divert === undefined ? 'delivered' : 'diverted'),
          ...(out.reply !== undefined && { reply: out.reply }),
        }
      : {
          as: 'again',
          at: d.again,
          spend: false,
          // What its failures have spent of its retries stays spent.
          ...(t.origin.entry.memo !== undefined && { memo: t.origin.entry.memo }),
        }
  const remembered = (d.state ?? []).map((m) => versioned(ports, m))
  t.ctx.assume(remembered)
  const moves = d.put === undefined ? remembered : [...remembered, ...d.put]
  const also: Written = { emit: out.entries, moves, ...(d.wake !== undefined && { wake: d.wake }) }
  if (d.fails !== undefined) return left({ line: end.line, failure: d.fails, also })
  return right({ outcome, ...also })
}

// A version that no other move makes, of this process or another, before or after a name was removed: what was decided by
// a state that has gone, or that never came true, conflicts.
const versioned = (ports: JudgePorts, m: StateMove): StateMove =>
  m.value === undefined || m.version !== undefined
    ? m
    : { ...m, version: 1 + Math.floor(ports.random.next() * 2 ** 48) }

const outOf = (end: NodeEnd, e: Emission): Next => {
  const out = end.outs[e.to]
  if (out === undefined)
    throw new TypeError(`it has no way "${e.to}"; it has ${Object.keys(end.outs).join(', ')}`)
  return out
}

const idOf = (t: Trial, end: NodeEnd, e: Emission): string => {
  const out = outOf(end, e)
  if (out.as !== 'hop') throw new TypeError(`"${e.to}" cannot join: expected an entrance of the node`)
  return entryOf(t.origin, out.hop, 'null', { suffix: e.suffix }).id
}

const differing = (end: NodeEnd, e: Emission, join: string | undefined): Differing => {
  const entrance = end.node.entrances?.[e.to] !== undefined
  const answers =
    e.as !== undefined && join !== undefined
      ? { join, as: e.as }
      : (entrance || e.to === 'next') && e.aside !== true
        ? undefined
        : null
  return {
    notBefore: e.at,
    key: e.key,
    fresh: e.fresh,
    inherits: e.inherits,
    // What goes on from here is told apart to its end; a node's own entries only as such.
    ...(entrance ? { suffix: e.suffix } : { part: e.suffix }),
    ...(e.join !== undefined && { join: e.join }),
    ...(answers !== undefined && { answers }),
  }
}

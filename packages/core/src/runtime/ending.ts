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

type NodeEnd = End & { readonly as: 'node' }

/** How a hop that ran well ends: what its commit writes, or the failure of the structure at its end. */
export type Ended = Result<{ readonly line: Line | undefined; readonly failure: Tagged }, Judgement>

/** Ends a hop with the body that its program gave. */
export const ended = (ports: JudgePorts, t: Trial, body: unknown): May<Ended> => {
  const { end, program } = t.deployed.hop
  switch (end.as) {
    case 'next':
      return sent(emit(t.origin, end.next, body), program.lines.at(-1))
    case 'choose': {
      const chosen = choice(end.cases, body, t.ctx)
      if (chosen._tag === 'Left') return left({ line: end.line, failure: chosen.left })
      return sent(emit(t.origin, chosen.right.branch, body), end.line)
    }
    case 'split':
      return splitUp(t, end, body)
    case 'node':
      return atNode(ports, t, end, body)
  }
}

const sent = (r: Result<StepFailed, Sending>, line: Line | undefined): Ended =>
  r._tag === 'Left' ? left({ line, failure: r.left }) : right(delivered(r.right))

/** A commit that writes these. */
export const delivered = ({ entries, reply }: Sending): Judgement => ({
  outcome: { as: 'done', why: 'delivered', ...(reply !== undefined && { reply }) },
  emit: entries,
})

const splitUp = (t: Trial, end: End & { as: 'split' }, body: unknown): Ended => {
  const { origin, ctx } = t
  const fail = (failure: Tagged): Ended => left({ line: end.line, failure })
  const items: unknown[] = []
  try {
    for (const item of end.each(body, ctx) as Iterable<unknown>) items.push(item)
  } catch (thrown) {
    return fail(new StepFailed(end.line.name, thrown))
  }
  const out: Sending = { entries: [] }
  let join: string | undefined
  if (end.join !== undefined) {
    const { hop, settle } = end.join
    const entry = entryOf(origin, hop, 'null', { join: { expect: items.map((_, i) => String(i)), settle } })
    out.entries.push(entry)
    join = entry.id
  }
  for (const [i, item] of items.entries()) {
    const d = {
      items: [...(origin.envelope.items ?? []), [end.path, i] as const],
      answers: join === undefined ? null : { join, as: String(i) },
    }
    const bad = collect(origin, end.item, item, d, out)
    if (bad !== undefined) return fail(bad)
  }
  const bad = collect(origin, end.after, { sent: true }, {}, out)
  return bad === undefined ? right(delivered(out)) : fail(bad)
}

const atNode = (ports: JudgePorts, t: Trial, end: NodeEnd, body: unknown): May<Ended> => {
  const threw = (thrown: unknown): Ended =>
    left({ line: end.line, failure: new StepFailed(end.line.name, thrown) })
  try {
    const r = end.enter(body, t.ctx)
    return r instanceof Promise
      ? r.then((x) => decided(ports, t, end, x)).catch(threw)
      : decided(ports, t, end, r)
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
      : { as: 'again', at: d.again, spend: false }
  const moves = d.state ?? []
  t.ctx.assume(moves)
  return right({ outcome, emit: out.entries, moves, ...(d.wake !== undefined && { wake: d.wake }) })
}

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
  const goesOn = e.to === 'next' || end.node.entrances?.[e.to] !== undefined
  const answers =
    e.as !== undefined && join !== undefined
      ? { join, as: e.as }
      : goesOn && e.aside !== true
        ? undefined
        : null
  return {
    notBefore: e.at,
    key: e.key,
    fresh: e.fresh,
    suffix: e.suffix,
    ...(e.join !== undefined && { join: e.join }),
    ...(answers !== undefined && { answers }),
  }
}

import { Crashed } from '../failure/crashed.js'
import { DeadlineExceeded } from '../failure/deadline-exceeded.js'
import { DecodeFailed } from '../failure/decode-failed.js'
import type { Tagged } from '../failure/failure.js'
import { OutcomeUnknown } from '../failure/outcome-unknown.js'
import { withKind } from '../failure/with-kind.js'
import { StepFailed } from '../failure/step-failed.js'
import { storedFailure } from '../failure/stored-failure.js'
import { left, right, type Result } from '../result/result.js'
import type { Line } from '../run/line.js'
import { isParked } from '../step/is-parked.js'
import { run } from '../run/loop.js'
import { ended, type Ended } from './ending.js'
import type { Envelope } from './envelope.js'
import { joinedBody } from './joining.js'
import { attemptError, judge, type JudgePorts, type Judgement, type Trial } from './judge.js'
import type { Deployed } from './registry.js'
import { splitFirst } from './split.js'

/** An entry may be in flight at this many crashes; at the next claim it is a dead letter. */
export const CRASHES = 5

/** How an attempt ended: judged, or without an outcome. `until`: when the destination may be open again. */
export type AttemptEnd =
  | { readonly as: 'judged'; readonly judgement: Judgement }
  | { readonly as: 'fenced' }
  /** The runtime stopped: no outcome, and nothing is spent. */
  | { readonly as: 'stopped' }
  /** The journal could not write. */
  | { readonly as: 'unwritten' }
  | { readonly as: 'parked'; readonly until: number }

/** Runs one hop once over the pristine input of its entry. Never rejects for anything a user's function does. */
export const attempt = async (
  ports: JudgePorts,
  t: Trial,
  body: unknown,
  now: () => number,
): Promise<AttemptEnd> => {
  const { hop, plan } = t.deployed
  const { entry, envelope } = t.origin
  if (entry.claims > CRASHES)
    return dead(t, new Crashed(`in flight at ${CRASHES} crashes without an outcome`))
  if (entry.deadline !== undefined && t.started >= entry.deadline)
    return failed(
      ports,
      t,
      plan.start,
      new DeadlineExceeded(`the deadline passed ${t.started - entry.deadline} ms ago`),
      now,
    )
  if (hop.raw && envelope.poison !== undefined)
    return failed(ports, t, plan.start, storedFailure(envelope.poison), now)
  if (hop.joining !== undefined && entry.join !== undefined)
    return ran(ports, t, joinedBody(hop.joining, entry), now)
  const input = opened(t.deployed, envelope, body)
  if (input._tag === 'Left') return failed(ports, t, hop.program.lines[0], input.left, now)
  // A hop that begins with a join takes what was joined as it came out.
  return ran(ports, t, hop.joining === undefined ? input.right : input, now)
}

const ran = async (ports: JudgePorts, t: Trial, input: unknown, now: () => number): Promise<AttemptEnd> => {
  const { end } = t.deployed.hop
  if (end.as === 'split') {
    const next = await splitFirst(ports, at(t, now), end)
    if (next !== undefined) return over(ports, t, next, now)
  }
  const r = await run(t.deployed.hop.program, input, t.ctx)
  if (r._tag === 'Right') return finished(ports, t, r.right, now)
  return unfinished(ports, t, t.ctx.failed, r.left as Tagged, now)
}

/** A failure that is none of the attempt's own making, or one that is judged. */
export const unfinished = (
  ports: JudgePorts,
  t: Trial,
  line: Line | undefined,
  end: Tagged,
  now: () => number,
): Promise<AttemptEnd> | AttemptEnd => {
  if (end._tag === 'Filtered')
    return { as: 'judged', judgement: { outcome: { as: 'done', why: 'filtered' } } }
  if (end._tag === 'Fenced') return { as: 'fenced' }
  if (end._tag === 'Unwritten' || t.ctx.trouble !== undefined) return { as: 'unwritten' }
  if (isParked(end)) return { as: 'parked', until: end.until }
  if (t.ctx.stopped) return { as: 'stopped' }
  if (end._tag === 'StepFailed' && t.ctx.aborted && (end as StepFailed).cause === t.ctx.reason)
    return interrupted(ports, t, line, end, now)
  return failed(ports, t, line, end, now)
}

/**
 * A step that threw what its signal aborted with: time was over, and that is not the step's failure. Where only the time
 * of the attempt was over, it may be made again.
 */
const interrupted = (
  ports: JudgePorts,
  t: Trial,
  line: Line | undefined,
  end: Tagged,
  now: () => number,
): Promise<AttemptEnd> => {
  const { hop, plan } = t.deployed
  const { deadline } = t.origin.entry
  if (t.ctx.sent)
    return failed(
      ports,
      t,
      hop.effect,
      new OutcomeUnknown(`target "${t.ctx.at}" did not answer in time`),
      now,
    )
  if (deadline === undefined || now() < deadline)
    return failed(ports, t, line, withKind(end, 'transient'), now)
  const late = new DeadlineExceeded(`the deadline passed while hop "${hop.name}" ran`)
  return failed(ports, t, plan.start, late, now)
}

const failed = async (
  ports: JudgePorts,
  t: Trial,
  line: Line | undefined,
  failure: Tagged,
  now: () => number,
): Promise<AttemptEnd> => ({ as: 'judged', judgement: await judge(ports, at(t, now), line, failure) })

const dead = (t: Trial, failure: Tagged): AttemptEnd => {
  const error = attemptError(t, failure)
  return { as: 'judged', judgement: { outcome: { as: 'dead', error }, error } }
}

// The time of the outcome, not of the claim.
const at = (t: Trial, now: () => number): Trial => ({ ...t, origin: { ...t.origin, now: now() } })

/** The stored body as this build's hop wants it: brought up from older versions, decoded when it was encoded. */
export const opened = (
  { hop, plan }: Deployed,
  envelope: Envelope,
  body: unknown,
): Result<Tagged, unknown> => {
  const { upcast, version } = plan.definition
  let v = body
  if (!hop.raw)
    for (let n = envelope.v; n < version; n++)
      try {
        v = upcast[n]?.(v, hop.name) ?? v
      } catch (thrown) {
        return left(new StepFailed(`upcast ${n}`, thrown))
      }
  return hop.codec === undefined ? right(v) : decoded(hop.codec, v)
}

const decoded = (
  codec: NonNullable<Trial['deployed']['hop']['codec']>,
  v: unknown,
): Result<DecodeFailed, unknown> => {
  try {
    const r = codec.decode(v) as Result<unknown, unknown>
    if (r._tag === 'Right') return r
    return left(new DecodeFailed([{ path: [], message: 'the stored body does not decode with this build' }]))
  } catch {
    return left(new DecodeFailed([{ path: [], message: 'the codec threw' }]))
  }
}

const finished = async (
  ports: JudgePorts,
  t: Trial,
  body: unknown,
  now: () => number,
): Promise<AttemptEnd> => {
  const trial = at(t, now)
  const end = ended(ports, trial, body)
  return over(ports, t, end instanceof Promise ? await end : end, now)
}

const over = async (ports: JudgePorts, t: Trial, out: Ended, now: () => number): Promise<AttemptEnd> => {
  if (out._tag === 'Right') return { as: 'judged', judgement: out.right }
  // A structure's function may have met what is no failure of it: a parked destination, a stopping runtime.
  const { line, failure, also } = out.left
  const outcome = await unfinished(ports, t, line, failure, now)
  if (also === undefined || outcome.as !== 'judged') return outcome
  const { judgement } = outcome
  return {
    as: 'judged',
    judgement: { ...judgement, ...also, emit: [...(judgement.emit ?? []), ...also.emit] },
  }
}

import { Failure, isFailure, type Tagged } from '../../failure/failure.js'
import type { AnyStep } from '../../flow/op.js'
import type { Seen } from '../../destination/destination.js'
import { left, right, type May, type Result } from '../../result/result.js'
import type { Context, Reconciled } from '../../step/step.js'
import { read, target } from '../../step/target.js'
import type { Waits } from '../interleaved-clock.js'
import type { FaultKind } from './fault.js'
import type { CallLog, Calling } from './call-log.js'
import type { Life, Stage } from './process.js'
import { carry, ON_THE_WIRE, type Came } from './wire.js'
import type { Remote } from './world.js'

/** What a simulated step works with. */
export interface StepStage extends Stage {
  readonly waits: Waits
  readonly calls: CallLog
  /** What remotes of keyed targets have answered, by target and key. */
  readonly answered: Map<string, unknown>
}

const BEFORE: readonly FaultKind[] = ['crash', 'restart', 'freeze', ...ON_THE_WIRE]
const BEFORE_REAL: readonly FaultKind[] = ['crash', 'restart', 'freeze']
const AFTER: readonly FaultKind[] = ['crash', 'freeze']

type Outcome = Result<Tagged, unknown>

/** A step of one process whose calls go over the simulated network to a stand-in, or whose real calls are watched. */
export const simulatedStep = (
  stage: StepStage,
  life: Life,
  real: AnyStep,
  remote: Remote | undefined,
): AnyStep => {
  if (remote === undefined) return real.effect === 'none' ? real : watched(stage, life, real)
  const { name, effect, destination } = real
  const stand = standOf(stage, real, remote)
  const call = (input: unknown, ctx: Context): Promise<{ result: Outcome; seen: Seen }> =>
    overTheWire(stage, life, real, stand, input, ctx)
  if (destination === undefined)
    return {
      ...real,
      run: async (input: unknown, ctx: Context) => (await call(input, ctx)).result,
    }
  if (effect === 'none') return read({ name, destination, call })
  const { reconcile } = stand
  return target({
    name,
    destination,
    effect,
    call,
    ...(reconcile !== undefined && {
      async reconcile(input: unknown, ctx: Context) {
        const said = await reconcile(input, ctx)
        if (said === 'absent') stage.calls.absent(name, ctx.key)
        return said
      },
    }),
  })
}

interface StandIn {
  readonly run: (input: unknown, ctx: Context) => May<unknown>
  readonly reconcile: ((input: unknown, ctx: Context) => Promise<Reconciled<unknown>>) | undefined
}

const standOf = (stage: StepStage, real: AnyStep, remote: Remote): StandIn => {
  const { reconcile } = remote as { readonly reconcile?: StandIn['reconcile'] }
  if ('run' in remote) return { run: (input, ctx) => remote.run(input, ctx), reconcile }
  const given = typeof remote === 'function' ? { answer: remote } : remote
  const answer: StandIn['run'] = (input, ctx) => given.answer(input, ctx)
  const forgets = 'keys' in given && given.keys === 'forgotten'
  if (real.effect !== 'keyed' || forgets) return { run: answer, reconcile }
  return { run: (input, ctx) => once(stage, `${real.name}\n${ctx.key}`, () => answer(input, ctx)), reconcile }
}

/** What is given back for a key that the remote has answered before. */
const KNOWN = Symbol('known')

const once = async (stage: StepStage, key: string, f: () => May<unknown>): Promise<unknown> => {
  const { answered } = stage
  if (answered.has(key)) return { [KNOWN]: answered.get(key) }
  const reply = await f()
  if (isFailure(reply) || (reply as Outcome | undefined)?._tag === 'Left') return reply
  // Another of this key may have come meanwhile.
  if (answered.has(key)) return { [KNOWN]: answered.get(key) }
  answered.set(key, reply)
  return reply
}

const overTheWire = (
  stage: StepStage,
  life: Life,
  step: AnyStep,
  stand: StandIn,
  input: unknown,
  ctx: Context,
): Promise<{ result: Outcome; seen: Seen }> =>
  new Promise((resolve, reject) => {
    const label = `step ${step.name}`
    const calling = stage.calls.arrives(life, step, ctx, true)
    const leave = (): void => {
      if (life.dead) return
      const struck = life.strike(label, 'before', BEFORE)
      if (life.dead) return
      const passage = struck !== undefined && ON_THE_WIRE.includes(struck.kind) ? struck : {}
      calling.leaves(textOf(input))
      carry(stage, passage, () => acted(stage, calling, stand, input, ctx), heard, threw)
    }
    const after = (tell: () => void): void =>
      life.later(() => {
        life.strike(label, 'after', AFTER)
        if (!life.dead) tell()
      })
    const heard = (came: Came<Outcome>): void =>
      after(() => {
        const result = came.as === 'answer' ? came.value : left(unanswered(step, came.as))
        calling.hears(result)
        resolve({ result, seen: came.as === 'answer' ? seenOf(result) : NOT_SEEN[came.as] })
      })
    const threw = (thrown: unknown): void =>
      after(() => {
        calling.hears(left(new Failure('StepFailed', 'permanent', '')))
        reject(thrown)
      })
    life.nowOrLater(leave)
  })

/** The remote's side of a call. */
const acted = async (
  stage: StepStage,
  calling: Calling,
  stand: StandIn,
  input: unknown,
  ctx: Context,
): Promise<Outcome> => {
  const reply = await stand.run(input, ctx)
  if (isFailure(reply)) {
    calling.refused(reply)
    return left(reply)
  }
  const known = typeof reply === 'object' && reply !== null && KNOWN in reply
  const value = known ? reply[KNOWN] : reply
  const tag = (value as Partial<Outcome> | undefined)?._tag
  const result = tag === 'Right' || tag === 'Left' ? (value as Outcome) : right(value)
  if (result._tag === 'Right') calling.takes(known)
  else calling.refused(result.left)
  return result
}

const NOT_SEEN: Readonly<Record<'refused' | 'lost', Seen>> = {
  refused: { as: 'failed' },
  lost: { as: 'ambiguous' },
}

/** As HTTP clients call them, so that routes by these tags are met. A read may always be made again. */
const unanswered = (step: AnyStep, as: 'refused' | 'lost'): Tagged =>
  as === 'refused'
    ? new Failure('ConnectFailed', 'transient', `${step.name}: the connection was refused`)
    : new Failure(
        'ConnectionLost',
        step.effect === 'none' ? 'transient' : 'unknown',
        `${step.name}: the connection was lost before the answer`,
      )

const seenOf = (result: Outcome): Seen => {
  if (result._tag === 'Right') return { as: 'ok' }
  const { kind, retryAt, scope } = result.left as Tagged & {
    readonly retryAt?: number
    readonly scope?: string
  }
  if (kind === 'unknown') return { as: 'ambiguous' }
  if (kind !== 'transient' || scope === 'message') return { as: 'ok' }
  return { as: 'refused', ...(retryAt !== undefined && { retryAt }) }
}

/** A real step that has an effect: points around it, and its call is on the record. */
const watched = (stage: StepStage, life: Life, real: AnyStep): AnyStep => ({
  ...real,
  async run(input: never, ctx: Context): Promise<Outcome> {
    const label = `step ${real.name}`
    // It enters its destination itself.
    const calling = stage.calls.arrives(life, real, ctx, false)
    life.strike(label, 'before', BEFORE_REAL)
    if (life.dead) return never()
    calling.leaves(textOf(input))
    const result = await real.run(input, ctx)
    if (result._tag === 'Right') calling.takes(false)
    else calling.refused(result.left)
    life.strike(label, 'after', AFTER)
    if (life.dead) return never()
    calling.hears(result)
    return result
  },
})

const never = (): Promise<never> => new Promise(() => {})

const textOf = (input: unknown): string => {
  try {
    return JSON.stringify(input) ?? 'null'
  } catch {
    return '(no JSON)'
  }
}

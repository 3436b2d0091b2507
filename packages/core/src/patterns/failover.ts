import { OutcomeUnknown } from '../failure/outcome-unknown.js'
import type { FailedBranch } from '../failure/partial-failure.js'
import type { Tagged } from '../failure/failure.js'
import { withKind } from '../failure/with-kind.js'
import { left, type Result } from '../result/result.js'
import { isParked } from '../step/is-parked.js'
import type { Context, Parked, Reconciled, Target } from '../step/step.js'
import { target } from '../step/target.js'
import { OneOfManyContext } from './failover-context.js'
import { destinationOfMany } from './failover-destination.js'
import { FailoverExhausted } from './failover-exhausted.js'
import {
  checkedTargets,
  settingsOf,
  weakest,
  type Called,
  type FailureOf,
  type InputOf,
  type ReplyOf,
  type Targets,
} from './failover-parts.js'

/** How a failover goes on. */
export interface FailoverOptions<Tag extends string = string, S extends boolean = boolean> {
  /**
   * Tags of failures after which the next target is asked too, beside those that are transient: those of answers that say
   * that nothing was done. Never of an outcome that is not clear.
   */
  readonly on?: readonly Tag[]
  /**
   * The targets deduplicate together (two addresses of one service), so a message that the first may have taken can be
   * given to the next without harm. Default `false`: then it is not, and the target is unsafe.
   */
  readonly sharedDeduplication?: S
}

/** What a failover fails with: all that its targets do, and its own. */
export type FailoverFailure<T, S> =
  | FailureOf<T>
  | FailoverExhausted
  | ([S] extends [true] ? never : OutcomeUnknown)

/**
 * Failover (a load balancer, or detour, before several channels): gives a message to the first target that takes it, in
 * their order. The next one is asked when a target is parked, cannot be reached or refuses (a failure of kind transient that
 * had no effect), and for the tags of `on`. When none takes it, `FailoverExhausted` tells the failure of every one. While all
 * are parked, its messages wait in the journal and spend nothing.
 *
 * It never goes on after an outcome that is not clear: the first target may have acted. Unless `sharedDeduplication` says
 * that this does no harm, that is `OutcomeUnknown`, or what `reconcile` of every target finds; and the target is unsafe,
 * for after a crash nobody knows which of its targets was called. With it, its effect is the weakest of theirs.
 *
 * A reply is that of the target which took it. Failures of other kinds are those of the target that gave them.
 *
 * @example
 * const send = failover('send', [smsOne, smsTwo], { on: ['Rejected'] })
 *
 * @throws TypeError when there is no target, or two have one name.
 */
export const failover = <const Ts extends Targets, const S extends boolean = false>(
  name: string,
  targets: Ts,
  options?: FailoverOptions<FailureOf<Ts[number]>['_tag'], S>,
): Target<InputOf<Ts[number]>, ReplyOf<Ts[number]>, FailoverFailure<Ts[number], S>> => {
  const called = checkedTargets('failover', name, targets)
  if (options?.on !== undefined && !Array.isArray(options.on))
    throw new TypeError(`failover "${name}": on: expected a list of tags, got ${typeof options.on}`)
  const shared = options?.sharedDeduplication === true
  const on = new Set<string>(options?.on)
  // No other destination is named so: what is kept of destinations goes by name.
  const destination = destinationOfMany(
    `failover ${name}`,
    called.map((t) => t.destination),
    'first',
  )
  const [first] = called
  const made = target<unknown, Result<Tagged, unknown>, Called['effect']>({
    name,
    destination,
    effect: shared || called.length === 1 ? weakest(called) : 'unsafe',
    settings: settingsOf(called),
    async run(input, ctx) {
      const pass = await ctx.enter(destination)
      if (typeof pass !== 'function') return pass
      const failed: FailedBranch[] = []
      for (const t of inTurn(called, ctx, failed)) {
        const seen = new OneOfManyContext(ctx, t.name)
        const result = await t.run(input, seen)
        if (result._tag === 'Right') return result
        const next = verdict(t, result.left, seen.mayHaveActed, on, shared)
        if (next !== 'next') return left(next)
        failed.push({ branch: t.name, error: result.left, attempts: isParked(result.left) ? 0 : 1 })
      }
      return left(allFailed(name, called, failed))
    },
    ...(first?.preview && { preview: first.preview.bind(first) }),
    ...(called.every((t) => t.reconcile !== undefined) && { reconcile: askAll(called) }),
  })
  return made as never
}

/** The targets that are to be asked: those that are open; when none is, the one that opens first. */
const inTurn = (
  targets: readonly Called[],
  { clock }: Context,
  failed: FailedBranch[],
): readonly Called[] => {
  const until = (t: Called): number => t.destination.gate(clock).parkedUntil()
  const open = targets.filter((t) => until(t) === 0)
  if (open.length === 0) return targets.toSorted((a, b) => until(a) - until(b)).slice(0, 1)
  for (const t of targets)
    if (!open.includes(t))
      failed.push({ branch: t.name, error: parked(t.destination.name, until(t)), attempts: 0 })
  return open
}

/** Whether the next target may be asked after a failure, or what it comes to. */
const verdict = (
  t: Called,
  failure: Tagged,
  mayHaveActed: boolean,
  on: ReadonlySet<string>,
  shared: boolean,
): 'next' | Tagged => {
  const unclear = failure.kind === 'unknown' || failure._tag === 'OutcomeUnknown'
  if (t.effect === 'unsafe') {
    if (unclear) return failure
    // What is transient has been settled: it was refused, never sent, or reconciled. Only between two calls nobody asked.
    if (isParked(failure)) return mayHaveActed ? cutShort(t) : 'next'
    return failure.kind === 'transient' || on.has(failure._tag) ? 'next' : failure
  }
  if (shared) return failure.kind === 'transient' || unclear || on.has(failure._tag) ? 'next' : failure
  if (unclear) return failure
  if (failure.kind !== 'transient') return on.has(failure._tag) ? 'next' : failure
  if (!mayHaveActed) return 'next'
  return isParked(failure) ? cutShort(t) : withKind(failure, 'unknown')
}

const cutShort = (t: Called): OutcomeUnknown =>
  new OutcomeUnknown(`target "${t.name}" made some of its calls, and was parked before the others`)

const allFailed = (name: string, targets: readonly Called[], failed: readonly FailedBranch[]): Tagged => {
  const waits = failed.map((f) => f.error).filter(isParked)
  return waits.length === failed.length
    ? parked(name, Math.min(...waits.map((p) => p.until)))
    : new FailoverExhausted(
        name,
        targets.flatMap((t) => failed.filter((f) => f.branch === t.name)),
      )
}

const parked = (destination: string, until: number): Parked => ({
  _tag: 'Parked',
  kind: 'transient',
  destination,
  until,
})

/** Found by any: found. Absent at all: absent. */
const askAll =
  (targets: readonly Called[]) =>
  async (input: unknown, ctx: Context): Promise<Reconciled<unknown>> => {
    let answer: Reconciled<unknown> = 'absent'
    for (const t of targets) {
      const one = await t.reconcile!(input, new OneOfManyContext(ctx, t.name))
      if (typeof one === 'object') return one
      if (one === 'unknown') answer = 'unknown'
    }
    return answer
  }

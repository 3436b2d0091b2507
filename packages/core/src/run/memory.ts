import type { Tagged } from '../failure/failure.js'
import { PartialFailure, type FailedBranch } from '../failure/partial-failure.js'
import { StepFailed } from '../failure/step-failed.js'
import { left, right, type Result } from '../result/result.js'
import type { Fn, Program, RunContext } from './line.js'
import { run } from './loop.js'

/** The reply of a flow that ended in deliveries. */
export interface Sent {
  readonly sent: true
}

const SENT: Sent = Object.freeze({ sent: true })

/** A named branch, ready to run in memory. */
export type Branches = readonly (readonly [name: string, program: Program])[]

const isFailed = (r: Result<unknown, unknown>): r is { readonly _tag: 'Left'; readonly left: Tagged } =>
  r._tag === 'Left' && (r.left as Tagged)._tag !== 'Filtered'

/** Runs several programs at once; every one runs to its end. */
const all = async (
  parts: readonly (readonly [string, Program, unknown])[],
  ctx: RunContext,
): Promise<Result<unknown, Sent>> => {
  const results = await Promise.all(parts.map(async ([name, p, body]) => run(p, body, ctx.fork(name, body))))
  const failed: FailedBranch[] = []
  results.forEach((r, i) => {
    if (isFailed(r)) failed.push({ branch: parts[i]![0], error: r.left, attempts: 1 })
  })
  if (failed.length === 0) return right(SENT)
  return left(new PartialFailure(failed))
}

/** In memory, a fan-out runs every branch and fails with all that failed. */
export const fanOut =
  (branches: Branches): Fn =>
  (body: unknown, ctx: RunContext) =>
    all(
      branches.map(([name, p]) => [name, p, body] as const),
      ctx,
    )

/** In memory, a split runs its items at once and fails with all that failed, by index. */
export const split =
  (each: (body: unknown, ctx: RunContext) => Iterable<unknown>, item: Program): Fn =>
  (body: unknown, ctx: RunContext) =>
    all(
      [...each(body, ctx)].map((one, i) => [String(i), item, one] as const),
      ctx,
    )

/** One case of a choice. The last one has no test. */
export interface Case<P> {
  readonly name: string
  readonly test: Fn | undefined
  readonly branch: P
}

/** Which case holds for a body: the first whose test does. A test that throws is `StepFailed` under the case's name. */
export const choice = <P>(
  cases: readonly Case<P>[],
  body: unknown,
  ctx: RunContext,
): Result<StepFailed, Case<P>> => {
  for (const c of cases)
    try {
      if (c.test === undefined || c.test(body, ctx) === true) return right(c)
    } catch (thrown) {
      return left(new StepFailed(c.name, thrown))
    }
  throw new TypeError('a choice without an otherwise')
}

/** In memory, a choice runs the one branch it chose; its result is the choice's. */
export const choose =
  (cases: readonly Case<Program>[]): Fn =>
  (body: unknown, ctx: RunContext) => {
    const chosen = choice(cases, body, ctx)
    return chosen._tag === 'Left' ? chosen : run(chosen.right.branch, body, ctx)
  }

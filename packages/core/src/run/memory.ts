import type { Tagged } from '../failure/failure.js'
import { PartialFailure, type FailedBranch } from '../failure/partial-failure.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Settle } from '../ports/journal.js'
import { left, right, type May, type Result } from '../result/result.js'
import { enough, joined, type Ending } from './joined.js'
import type { Fn, Program, RunContext } from './line.js'
import { run } from './loop.js'
import { pool, type Items } from './pool.js'

/** The reply of a flow that ended in deliveries. */
export interface Sent {
  readonly sent: true
}

const SENT: Sent = Object.freeze({ sent: true })

/** A named branch, ready to run in memory. */
export type Branches = readonly (readonly [name: string, program: Program])[]

/** Items of a split that run at a time in memory. */
const AT_A_TIME = 16

type Ended = Result<unknown, unknown>

const isFailed = (r: Ended): r is { readonly _tag: 'Left'; readonly left: Tagged } =>
  r._tag === 'Left' && (r.left as Tagged)._tag !== 'Filtered'

const ending = (r: Ended): Ending => {
  if (r._tag === 'Right') return { as: 'reply', value: r.right }
  const error = r.left as Tagged
  return error._tag === 'Filtered' ? { as: 'none' } : { as: 'failure', error, attempts: 1 }
}

/** In memory, a fan-out runs every branch and fails with all that failed. */
export const fanOut =
  (branches: Branches): Fn =>
  async (body: unknown, ctx: RunContext): Promise<Ended> => {
    const results = await Promise.all(branches.map(async ([name, p]) => run(p, body, ctx.fork(name, body))))
    const failed: FailedBranch[] = []
    results.forEach((r, i) => {
      if (isFailed(r)) failed.push({ branch: branches[i]![0], error: r.left, attempts: 1 })
    })
    return failed.length === 0 ? right(SENT) : left(new PartialFailure(failed))
  }

/**
 * In memory, a gather runs every branch at once, and goes on as soon as its policy is met; what is still under way then
 * runs to its end unheard.
 */
export const gather =
  (branches: Branches, settle: Settle): Fn =>
  async (body: unknown, ctx: RunContext): Promise<Ended> => {
    const endings = new Map<string, Ending>()
    const need = enough(settle, branches.length)
    await new Promise<void>((resolve) => {
      let replied = 0
      for (const [name, p] of branches) {
        const end = (r: Ended): void => {
          endings.set(name, ending(r))
          if (r._tag === 'Right') replied++
          if (replied >= need || endings.size === branches.length) resolve()
        }
        const r = run(p, body, ctx.fork(name, body))
        if (r instanceof Promise) void r.then(end)
        else end(r)
      }
      if (need === 0) resolve()
    })
    const names = branches.map(([name]) => name)
    return joined(settle, names, new Map(endings), 'every', false)
  }

/** In memory, a split runs its items, so many at a time, and fails with all that failed, by index. */
export const split =
  (each: (body: unknown, ctx: RunContext) => Items<unknown>, item: Program): Fn =>
  async (body: unknown, ctx: RunContext): Promise<Ended> => {
    const failed: FailedBranch[] = []
    const end = (r: Ended, index: number): true => {
      if (isFailed(r)) failed.push({ branch: String(index), error: r.left, attempts: 1 })
      return true
    }
    await pool(each(body, ctx), AT_A_TIME, (one, index): May<boolean> => {
      const r = run(item, one, ctx.fork(String(index), one))
      return r instanceof Promise ? r.then((x) => end(x, index)) : end(r, index)
    })
    return failed.length === 0 ? right(SENT) : left(new PartialFailure(failed))
  }

/** In memory, a split whose items' replies are joined, by policy, in the items' order. */
export const gatherEach =
  (each: (body: unknown, ctx: RunContext) => Items<unknown>, item: Program, settle: Settle): Fn =>
  async (body: unknown, ctx: RunContext): Promise<Ended> => {
    const endings = new Map<string, Ending>()
    let replied = 0
    let items = 0
    // How many there are is known only when all have been taken: `all` and `bestEffort` go on to the end.
    const need = settle === 'all' ? Number.POSITIVE_INFINITY : enough(settle, Number.POSITIVE_INFINITY)
    const end = (r: Ended, index: number): boolean => {
      endings.set(String(index), ending(r))
      if (r._tag === 'Right') replied++
      return replied < need
    }
    await pool(each(body, ctx), AT_A_TIME, (one, index): May<boolean> => {
      items = index + 1
      const r = run(item, one, ctx.fork(String(index), one))
      return r instanceof Promise ? r.then((x) => end(x, index)) : end(r, index)
    })
    const names = Array.from({ length: items }, (_, i) => String(i))
    return joined(settle, names, endings, 'every', true)
  }

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

import type { Tagged } from '../failure/failure.js'
import { PartialFailure, type FailedBranch } from '../failure/partial-failure.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Settle } from '../ports/journal.js'
import { left, right, type Result } from '../result/result.js'
import { ending, SENT, type Sent } from './branches.js'
import { enough, joined, type Ending } from './joined.js'
import type { Fn, Program, RunContext } from './line.js'
import { run } from './loop.js'

export type { Sent }

/** A named branch, ready to run in memory. */
export type Branches = readonly (readonly [name: string, program: Program])[]

type Ended = Result<unknown, unknown>

const isFailed = (r: Ended): r is { readonly _tag: 'Left'; readonly left: Tagged } =>
  r._tag === 'Left' && (r.left as Tagged)._tag !== 'Filtered'

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
    })
    const names = branches.map(([name]) => name)
    return joined(settle, names, new Map(endings), 'every', false)
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

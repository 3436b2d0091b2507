import type { BranchOp, Op } from '../flow/op.js'
import type { Next } from './hop.js'

/** A list of ops under way to hops: a flow, a branch, a case or a split item. */
export interface Scope {
  readonly ops: readonly Op[]
  /** Prefix of its hops' names; '' for the flow itself. */
  readonly path: string
  /** A single step: its hop has the path for a name. */
  readonly plain: boolean
  /** Where a message goes when the ops are over. */
  readonly after: Next
  readonly splits: readonly string[]
  /** Inside of a split that stops at a failure. */
  readonly holds?: true
  /** The structure it is a branch of. */
  readonly up: { readonly scope: Scope; readonly at: number } | undefined
}

/** A path below another. */
export const below = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`)

/** The name of a hop in a scope. */
export const nameIn = (s: Scope, name: string): string => (s.plain ? s.path : below(s.path, name))

/** The scope of a branch of the op at `at`. */
export const branchScope = (
  up: Scope,
  at: number,
  branch: BranchOp,
  path: string,
  after: Next,
  split?: string,
): Scope => ({
  ops: branch.ops,
  path,
  plain: branch.plain,
  after,
  splits: split === undefined ? up.splits : [...up.splits, split],
  ...(up.holds && { holds: true }),
  up: { scope: up, at },
})

/** Whether an op handles failures and does nothing else. */
export const isHandler = (op: Op): boolean => op.op === 'on' || op.op === 'recover'

/** Whether ops can run inside one hop: nothing among them has an effect or cuts. */
export const isInline = (ops: readonly Op[]): boolean =>
  ops.every((o) => {
    if (o.op === 'step') return o.step.effect === 'none'
    if (o.op === 'choose') return o.cases.every((c) => isInline(c.ops))
    return o.op === 'plain' || isHandler(o)
  })

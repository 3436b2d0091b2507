import type { AnyStep, BranchOp, Definition, Op } from '../flow/op.js'
import { reply } from '../flow/reply.js'

/**
 * What becomes of the reply of a target. `read`: something is made of it. `handed`: a pattern gets it, and may hand it on.
 * `unused`: nobody looks at it.
 */
export type ReplyUse = 'read' | 'handed' | 'unused'

/** What becomes of the replies of a flow's targets, by the steps as the flow has them. */
export const replyUses = (d: Definition): ReadonlyMap<AnyStep, ReplyUse> => {
  const uses = new Map<AnyStep, ReplyUse>()
  walk(d.ops, 'unused', uses)
  return uses
}

const STRONGER: readonly ReplyUse[] = ['unused', 'handed', 'read']

/** `last`: what becomes of the body that these end with. */
const walk = (ops: readonly Op[], last: ReplyUse, uses: Map<AnyStep, ReplyUse>): void => {
  const end = ops.findLastIndex((o) => o.op !== 'recover' && o.op !== 'on')
  ops.forEach((o, i) => {
    const then = i === end ? last : 'read'
    if (o.op === 'step') {
      const into = o.line?.into
      const use = into === undefined ? 'unused' : into === reply ? then : 'read'
      const known = uses.get(o.step) ?? 'unused'
      uses.set(o.step, STRONGER.indexOf(use) > STRONGER.indexOf(known) ? use : known)
    } else inside(o, then, (b, use) => walk(b.ops, use, uses))
  })
}

const inside = (o: Op, then: ReplyUse, branch: (b: BranchOp, use: ReplyUse) => void): void => {
  if (o.op === 'choose') for (const c of o.cases) branch(c, then)
  else if (o.op === 'fanOut') for (const b of o.branches) branch(b, 'unused')
  else if (o.op === 'gather') for (const b of o.branches) branch(b, then === 'unused' ? 'unused' : 'read')
  else if (o.op === 'node') for (const b of o.branches) branch(b, 'handed')
  else if (o.op === 'split') {
    const read = (o.settle !== undefined && then !== 'unused') || o.settings.run?.outcome !== undefined
    branch(o.item, read ? 'read' : 'unused')
    if (o.report !== undefined) branch(o.report, 'unused')
  }
}

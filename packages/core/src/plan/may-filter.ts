import type { BranchOp, Op } from '../flow/op.js'
import { FILTER } from '../run/line.js'

/** Whether a message may end among these ops by a filter, without a failure. What a node does is not known: it may. */
export const mayFilter = (ops: readonly Op[]): boolean =>
  ops.some((o) => {
    if (o.op === 'node') return true
    if (o.op === 'choose') return o.cases.some((c: BranchOp) => mayFilter(c.ops))
    return o.line?.code === FILTER
  })

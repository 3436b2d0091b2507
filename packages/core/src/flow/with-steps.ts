import { TAP } from '../run/line.js'
import {
  chooseLine,
  fanOutLine,
  gatherLine,
  nodeLine,
  splitLine,
  stepLine,
  tapLine,
  targetLine,
} from './lines.js'
import type { AnyStep, BranchOp, CaseOp, Definition, Op } from './op.js'

/** Gives another step for one of a flow's, by the name under which the flow knows it. */
export type Substitute = (step: AnyStep, name: string) => AnyStep

/** The same flow with other steps: what tests replace and record with. */
export const withSteps = (d: Definition, f: Substitute): Definition => withLeaves(d, { step: f })

/** The same flow with other steps, whose taps keep their places and do nothing. */
export const withoutTaps = (d: Definition, f: Substitute): Definition =>
  withLeaves(d, { step: f, tapless: true })

interface Leaves {
  readonly step: Substitute
  readonly tapless?: true
}

const withLeaves = (d: Definition, f: Leaves): Definition => ({ ...d, ops: opsWith(d.ops, f) })

const opsWith = (ops: readonly Op[], f: Leaves): readonly Op[] => ops.map((o) => opWith(o, f))

const opWith = (o: Op, f: Leaves): Op => {
  if (o.op === 'plain' && o.line?.code === TAP && f.tapless === true)
    return { ...o, line: tapLine(o.name, () => undefined) }
  if (o.op === 'step') {
    const step = f.step(o.step, o.name)
    return {
      ...o,
      step,
      line: step.effect === 'none' ? stepLine(step) : targetLine(o.name, step, o.line?.into),
    }
  }
  if (o.op === 'choose') {
    const cases = o.cases.map((c): CaseOp => ({ ...c, ops: opsWith(c.ops, f) }))
    return { ...o, cases, line: chooseLine(o.name, cases) }
  }
  if (o.op === 'fanOut') {
    const branches = o.branches.map((b): BranchOp => ({ ...b, ops: opsWith(b.ops, f) }))
    return { ...o, branches, line: fanOutLine(o.name, branches) }
  }
  if (o.op === 'gather') {
    const branches = o.branches.map((b): BranchOp => ({ ...b, ops: opsWith(b.ops, f) }))
    return { ...o, branches, line: gatherLine(o.name, branches, o.settle) }
  }
  if (o.op === 'node') {
    const branches = o.branches.map((b): BranchOp => ({ ...b, ops: opsWith(b.ops, f) }))
    return { ...o, branches, line: nodeLine(o.name, o.node, branches) }
  }
  if (o.op !== 'split') return o
  const item = { ...o.item, ops: opsWith(o.item.ops, f) }
  const report = o.report && { ...o.report, ops: opsWith(o.report.ops, f) }
  return { ...o, item, report, line: splitLine(o.name, o.each, item, o.settings, o.settle) }
}

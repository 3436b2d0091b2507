import { failureToJson } from '../failure/to-json.js'
import type { Settle } from '../ports/journal.js'
import { choose, fanOut, gather, type Branches } from '../run/memory.js'
import { callTarget } from '../run/effect.js'
import {
  DECODE,
  FILTER,
  Line,
  MAP,
  ON,
  program,
  RECOVER,
  STEP,
  TAP,
  TO,
  type Fn,
  type Program,
  type RunContext,
} from '../run/line.js'
import type { Source } from '../source/source.js'
import type { Context } from '../step/step.js'
import { run } from '../run/loop.js'
import { gatherEach, split } from '../run/split.js'
import type { NodeDefinition } from './node.js'
import type { AnyStep, BranchOp, CaseOp, Op } from './op.js'
import type { SplitSettings } from './split-settings.js'

/** The program that runs ops in memory. */
export const programOf = (ops: readonly Op[], nested = false): Program =>
  program(
    ops.flatMap((o) => (o.line === undefined ? [] : [o.line])),
    nested,
  )

const ran = (branches: readonly BranchOp[]): Branches =>
  branches.map((b) => [b.name, programOf(b.ops, true)] as const)

export const mapLine = (name: string, f: Fn): Line => new Line(MAP, name, f)
export const filterLine = (name: string, f: Fn): Line => new Line(FILTER, name, f)

/** The first line of a flow with a source. */
export const decodeLine = (source: Source<unknown, never>): Line =>
  new Line(DECODE, source.name, source.decode as unknown as Fn, { self: source })

/** A tap is neither waited for nor heard: what it throws goes to the log. */
export const tapLine = (name: string, f: Fn): Line =>
  new Line(TAP, name, (body: unknown, ctx: Context) => {
    const lost = (thrown: unknown): void =>
      ctx.log.warn(`tap "${name}" failed`, { error: failureToJson(thrown) })
    try {
      const r: unknown = f(body, ctx)
      if (r instanceof Promise) r.catch(lost)
    } catch (thrown) {
      lost(thrown)
    }
  })

/** A read or pure step, whose reply is the body. */
export const stepLine = (step: AnyStep): Line =>
  new Line(STEP, step.name, (body, ctx: Context) => step.run(body as never, ctx), { step })

/** A target. */
export const targetLine = (name: string, step: AnyStep, into: Fn | undefined): Line =>
  new Line(TO, name, callTarget(step), { self: step, into, step })

export const recoverLine = (tag: string, f: Fn): Line => new Line(RECOVER, `recover ${tag}`, f, { tag })
export const onLine = (tag: string): Line => new Line(ON, `on ${tag}`, (v: unknown) => v, { tag })

/** In memory a delay waits on the clock of the call. */
export const delayLine = (name: string, ms: number): Line =>
  new Line(MAP, name, (body: unknown, ctx: Context) => ctx.clock.sleep(ms, ctx.signal).then(() => body))

export const fanOutLine = (name: string, branches: readonly BranchOp[]): Line =>
  new Line(STEP, name, fanOut(ran(branches)))

export const gatherLine = (name: string, branches: readonly BranchOp[], settle: Settle): Line =>
  new Line(STEP, name, gather(ran(branches), settle))

export const splitLine = (
  name: string,
  each: Fn,
  item: BranchOp,
  settings: SplitSettings,
  settle?: Settle,
): Line => {
  const decode = rowLine(name, settings)
  const lines = item.ops.flatMap((o) => (o.line === undefined ? [] : [o.line]))
  const s = {
    ...settings,
    name,
    each,
    item: program(decode === undefined ? lines : [decode, ...lines], true),
  }
  return new Line(STEP, name, settle === undefined ? split(s) : gatherEach(s, settle))
}

/** What an item begins with where rows are decoded. */
export const rowLine = (name: string, { decode }: SplitSettings): Line | undefined =>
  decode === undefined ? undefined : new Line(DECODE, name, decode)

/** In memory a node is its `call`. */
export const nodeLine = (name: string, node: NodeDefinition, branches: readonly BranchOp[]): Line => {
  const programs = new Map(ran(branches))
  return new Line(STEP, name, (body: unknown, ctx: RunContext) =>
    node.call(
      body,
      ctx,
      (branch, input, key = branch) => run(programs.get(branch)!, input, ctx.fork(key, input)) as never,
    ),
  )
}

export const chooseLine = (name: string, cases: readonly CaseOp[]): Line =>
  new Line(
    STEP,
    name,
    choose(cases.map((c) => ({ name: c.name, test: c.test, branch: programOf(c.ops, true) }))),
  )

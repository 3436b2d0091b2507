import type { Filtered } from '../failure/filtered.js'
import { failureToJson } from '../failure/to-json.js'
import type { Tagged } from '../failure/failure.js'
import { checkMade, checkText } from '../message/check-made.js'
import { millis, type Duration } from '../message/duration.js'
import type { Settle } from '../ports/journal.js'
import type { Result } from '../result/result.js'
import type { Deployable } from '../route/deployable.js'
import { checkRoute, type RouteFor } from '../route/route.js'
import type { Fn, Line, Program } from '../run/line.js'
import { deadlineSignal } from '../run/deadline.js'
import { Runner } from '../run/runner.js'
import type { EventEmitter } from 'eventemitter3'
import { CallContext } from '../step/context.js'
import type { CallEvents } from './events.js'
import type { CallOptions, Codec } from './flow.js'
import * as lines from './lines.js'
import { checkFunction, checkName, checkNode, checkSettle, checkStep } from './name.js'
import type { NodeDefinition } from './node.js'
import type { AnyStep, BranchOp, CaseOp, Definition, Op } from './op.js'
import { reply } from './reply.js'
import { splitSettings, type AnySplitOptions } from './split-settings.js'

type Ends = Result<Tagged | Filtered, unknown>
type SubFlow = (start: FlowBuilder) => FlowBuilder

/** The builder behind `Flow` and `Ended`: an immutable list of ops, untyped inside, typed by the interfaces outside. */
export class FlowBuilder {
  readonly definition: Definition
  #runner: Runner | undefined

  constructor(d: Definition) {
    this.definition = d
  }
  get name(): string {
    return this.definition.name
  }
  get closed(): boolean {
    return this.definition.rest !== undefined
  }
  map(name: string, f: Fn): FlowBuilder {
    checkFunction(`map "${name}"`, f)
    return this.#with({ op: 'plain', name, line: lines.mapLine(checkName('map', name), f) })
  }
  filter(name: string, f: Fn): FlowBuilder {
    checkFunction(`filter "${name}"`, f)
    return this.#with({ op: 'plain', name, line: lines.filterLine(checkName('filter', name), f) })
  }
  tap(name: string, f: Fn): FlowBuilder {
    checkFunction(`tap "${name}"`, f)
    return this.#with({ op: 'plain', name, line: lines.tapLine(checkName('tap', name), f) })
  }
  via(step: AnyStep): FlowBuilder {
    checkStep('via', step)
    return step.effect === 'none' ? this.#with(readOp(step)) : this.#with(targetOp(step, step.name, reply))
  }
  to(target: AnyStep, o?: { readonly name?: string; readonly into?: Fn }): FlowBuilder {
    checkStep('to', target, true)
    if (o?.into !== undefined) checkFunction('to: into', o.into)
    return this.#with(targetOp(target, o?.name ?? target.name, o?.into))
  }
  durable(name: string, codec?: Codec<unknown, unknown>): FlowBuilder {
    if (codec !== undefined) checkMade('durable: codec', 'encode and decode', codec, 'encode', 'decode')
    return this.#with({ op: 'durable', name: checkName('durable', name), codec, line: undefined })
  }
  delay(name: string, by: Duration): FlowBuilder {
    const ms = millis(by, `delay "${name}"`)
    return this.#with({ op: 'delay', name: checkName('delay', name), ms, line: lines.delayLine(name, ms) })
  }
  recover(tag: string, f: Fn): FlowBuilder {
    checkText('recover: tag', tag)
    checkFunction(`recover "${tag}"`, f)
    return this.#with({ op: 'recover', name: `recover ${tag}`, tag, f, line: lines.recoverLine(tag, f) })
  }
  on(tag: string, route: RouteFor<never>): FlowBuilder {
    checkText('on: tag', tag)
    checkRoute(`on "${tag}"`, route)
    return this.#with({ op: 'on', name: `on ${tag}`, tag, route, line: lines.onLine(tag) })
  }
  choose(cases: (c: ChooseBuilder) => { readonly cases: readonly CaseOp[] }): FlowBuilder {
    checkFunction(`flow "${this.name}": choose`, cases)
    const made = cases(new ChooseBuilder(this.definition, []))?.cases
    if (made === undefined || made.at(-1)?.test !== undefined)
      throw new TypeError(`flow "${this.name}": choose: expected it to end with otherwise(branch)`)
    const name = `choose ${made[0]!.name}`
    return this.#with({ op: 'choose', name, cases: made, line: lines.chooseLine(name, made) })
  }
  fanOut(branches: Readonly<Record<string, AnyStep | SubFlow>>): FlowBuilder {
    checkBranches('fanOut', branches)
    const made = Object.entries(branches).map(([name, b]) =>
      branchOp(this.definition, checkName('fanOut', name), b, 'fanOut: '),
    )
    if (made.length === 0) throw new TypeError(`flow "${this.name}": fanOut: expected at least one branch`)
    return this.#with({
      op: 'fanOut',
      name: 'fanOut',
      branches: made,
      line: lines.fanOutLine('fanOut', made),
    })
  }
  gather(
    branches: Readonly<Record<string, AnyStep | SubFlow>>,
    o: { readonly settle: Settle; readonly name?: string },
  ): FlowBuilder {
    const name = checkName('gather', o.name ?? 'gather')
    checkBranches('gather', branches)
    const made = Object.entries(branches).map(([b, step]) =>
      branchOp(this.definition, checkName('gather', b), step, 'gather: '),
    )
    const what = `flow "${this.name}": gather`
    if (made.length === 0) throw new TypeError(`${what}: expected at least one branch`)
    checkSettle(what, o.settle, made.length)
    return this.#with({
      op: 'gather',
      name,
      path: o.name ?? '',
      branches: made,
      settle: o.settle,
      line: lines.gatherLine(name, made, o.settle),
    })
  }
  split(name: string, each: Fn, b: AnyStep | SubFlow, o: AnySplitOptions = {}): FlowBuilder {
    return this.#each('split', name, each, b, o, undefined)
  }
  gatherEach(
    name: string,
    each: Fn,
    b: AnyStep | SubFlow,
    o: AnySplitOptions & { readonly settle: Settle },
  ): FlowBuilder {
    checkSettle(`flow "${this.name}": gatherEach "${name}"`, o.settle, Number.POSITIVE_INFINITY)
    return this.#each('gatherEach', name, each, b, o, o.settle)
  }
  through(part: { readonly name: string; readonly node: NodeDefinition }): FlowBuilder {
    const { name, node } = checkNode(part)
    const branches = Object.entries(node.branches ?? {}).map(([b, step]) =>
      branchOp(this.definition, checkName(`through "${name}"`, b), step as AnyStep | SubFlow),
    )
    // Each is a way out of the node, beside the one that goes on.
    const taken = branches.find((b) => b.name === 'next' || node.entrances?.[b.name] !== undefined)
    if (taken !== undefined)
      throw new TypeError(
        `flow "${this.name}": through "${name}": a branch cannot be named "${taken.name}": that is a way of the pattern's own; give it another name`,
      )
    return this.#with({ op: 'node', name, node, branches, line: lines.nodeLine(name, node, branches) })
  }
  onError(byTag: Readonly<Record<string, RouteFor<never>>>): Deployable {
    checkBranches('onError', byTag)
    for (const [tag, route] of Object.entries(byTag)) checkRoute(`onError "${tag}"`, route)
    return this.#close({ byTag })
  }
  otherwise(all: RouteFor<never>): Deployable {
    checkRoute('otherwise', all)
    return this.#close({ all })
  }
  call(input: unknown, options?: CallOptions): Promise<Ends> {
    const d = this.definition
    if (options?.deadline !== undefined) return this.#limited(input, options, options.deadline)
    const ctx = new CallContext<Line>(d.env, d.name, input, options as { readonly key?: string })
    if (d.events !== undefined) ctx.ended = telling(d, d.events)
    return this.#run(input, ctx)
  }
  async run(input: unknown, options?: CallOptions): Promise<unknown> {
    const r = await this.call(input, options)
    if (r._tag === 'Left') throw r.left
    return r.right
  }

  #run(input: unknown, ctx: CallContext<Line>): Promise<Ends> {
    const runner = (this.#runner ??= new Runner(programOf(this.definition)))
    const r = runner.run(input, ctx)
    if (r instanceof Promise) return r as Promise<Ends>
    ctx.ended?.(r)
    return Promise.resolve(r as Ends)
  }

  #limited(input: unknown, options: CallOptions, by: Duration): Promise<Ends> {
    const { env, events, name } = this.definition
    const at = env.clock.now() + millis(by, `call of "${name}": deadline`)
    const { signal, deadline, cancel } = deadlineSignal(env.clock, at, options.signal)
    const ctx = new CallContext<Line>(env, name, input, { key: options.key, signal, deadline })
    const told = events === undefined ? undefined : telling(this.definition, events)
    ctx.ended = (r) => {
      cancel()
      told?.(r)
    }
    return this.#run(input, ctx)
  }

  #each(
    what: string,
    name: string,
    each: Fn,
    b: AnyStep | SubFlow,
    o: AnySplitOptions,
    settle: Settle | undefined,
  ): FlowBuilder {
    checkFunction(`${what} "${name}": each`, each)
    const settings = splitSettings(`flow "${this.name}": ${what} "${name}"`, o)
    const item = branchOp(this.definition, 'item', b, `${what} "${name}": `)
    const report = o.run?.report
    return this.#with({
      op: 'split',
      name: checkName(what, name),
      each,
      item,
      settle,
      settings,
      report:
        report === undefined ? undefined : branchOp(this.definition, 'report', report as AnyStep | SubFlow),
      line: lines.splitLine(name, each, item, settings, settle),
    })
  }

  #with(op: Op): FlowBuilder {
    const d = this.definition
    return new FlowBuilder({ ...d, ops: [...d.ops, op] })
  }

  #close(rest: Definition['rest']): Deployable {
    return new FlowBuilder({ ...this.definition, rest }) as unknown as Deployable
  }
}

// Tells of the end of a call that starts now. A listener that throws must not fail the call it hears of.
const telling = (
  { name: flow, env }: Definition,
  events: EventEmitter<CallEvents>,
): ((r: Result<unknown, unknown>) => void) => {
  const started = env.clock.now()
  return (result) => {
    const r = result as Ends
    const at = env.clock.now()
    try {
      if (r._tag === 'Right') events.emit('done', { flow, at, ms: at - started, body: r.right })
      else events.emit('failed', { flow, at, ms: at - started, failure: r.left })
    } catch (thrown) {
      env.log.warn({ flow, error: failureToJson(thrown) }, 'a listener threw')
    }
  }
}

const readOp = (step: AnyStep): Op => ({
  op: 'step',
  name: checkName('step', step.name),
  step,
  line: lines.stepLine(step),
})

const targetOp = (step: AnyStep, name: string, into: Fn | undefined): Op => ({
  op: 'step',
  name: checkName('target', name),
  step,
  line: lines.targetLine(name, step, into),
})

const branchOp = (d: Definition, name: string, b: AnyStep | SubFlow, of = ''): BranchOp => {
  if (typeof b !== 'function') checkStep(`${of}branch "${name}"`, b)
  if (typeof b !== 'function')
    return { name, plain: true, ops: [b.effect === 'none' ? readOp(b) : targetOp(b, b.name, reply)] }
  const start = new FlowBuilder({ ...d, source: undefined, accept: {}, ops: [], rest: undefined })
  const end = b(start) as FlowBuilder | undefined
  if (end?.definition === undefined)
    throw new TypeError(
      `${of}branch "${name}": expected it to give the flow that it was given, with its steps`,
    )
  return { name, plain: false, ops: end.definition.ops }
}

const checkBranches = (what: string, byName: unknown): void => {
  if (typeof byName === 'object' && byName !== null) return
  const got = byName === null ? 'null' : typeof byName
  throw new TypeError(`${what}: expected an object, one by name, got ${got}`)
}

class ChooseBuilder {
  readonly cases: readonly CaseOp[]
  readonly #d: Definition

  constructor(d: Definition, cases: readonly CaseOp[]) {
    this.#d = d
    this.cases = cases
  }
  when(name: string, test: Fn, branch: AnyStep | SubFlow): ChooseBuilder {
    checkFunction(`choose: when "${name}"`, test)
    return new ChooseBuilder(this.#d, [
      ...this.cases,
      { ...branchOp(this.#d, checkName('choose: when', name), branch, 'choose: '), test },
    ])
  }
  otherwise(branch: AnyStep | SubFlow): { readonly cases: readonly CaseOp[] } {
    const last = { ...branchOp(this.#d, 'otherwise', branch, 'choose: '), test: undefined }
    return { cases: [...this.cases, last] }
  }
}

/** What a call runs: the source's decoder first, when there is a source. */
const programOf = (d: Definition): Program => {
  if (d.source === undefined) return lines.programOf(d.ops)
  return lines.programOf([{ op: 'plain', name: d.source.name, line: lines.decodeLine(d.source) }, ...d.ops])
}

import type { Destination } from '../destination/destination.js'
import type { Codec } from '../flow/flow.js'
import { decodeLine, onLine, programOf, rowLine } from '../flow/lines.js'
import type { BranchEnd, NodeDefinition, NodeEntrance } from '../flow/node.js'
import type { BranchOp, Definition, Op } from '../flow/op.js'
import { Line, program, STEP, type Program } from '../run/line.js'
import { mayFilter } from './may-filter.js'
import { renamedBranches } from './renamed-branches.js'
import type { End, Handler, Hop, Joining, Next } from './hop.js'
import { below, branchScope, isHandler, isInline, nameIn, type Scope } from './scope.js'

interface Stretch {
  /** The flow's first: it starts with the raw input and is never folded. */
  readonly first?: true
  readonly codec?: Codec<unknown, unknown> | undefined
  /** What a split item begins with: the row as it came. */
  readonly decode?: Line
  /** An entrance in the middle, after a recovered failure. */
  readonly suffix?: string
  readonly joining?: Joining
  /** What a join begins with: it stands where the structure does. */
  readonly begins?: Line
}

interface Place {
  readonly scope: Scope
  readonly at: number
  /** The lines that run in the same attempt: a `recover` among them needs no entrance. */
  readonly together: ReadonlySet<Line>
}

interface Drawn {
  readonly lines: Line[]
  readonly destinations: Destination[]
  reads: boolean
}

type Of<K extends Op['op']> = Op & { readonly op: K }

const DONE: Next = { as: 'done' }
const ANSWER: Next = { as: 'answer', caught: false }
const CAUGHT: Next = { as: 'answer', caught: true }

/** Cuts one flow into hops. */
export class Cutter {
  readonly #d: Definition
  readonly #hops = new Map<string, Hop>()
  readonly #cuts = new Map<readonly Op[], Map<number, Next>>()
  readonly #places = new Map<Line, Place>()

  constructor(d: Definition) {
    this.#d = d
  }

  cut(): {
    first: string
    start: Line
    hops: ReadonlyMap<string, Hop>
    handlers: ReadonlyMap<Line, readonly Handler[]>
  } {
    const whole: Scope = { ops: this.#d.ops, path: '', plain: false, after: DONE, splits: [], up: undefined }
    const first = this.#stretch(whole, 0, { first: true })
    // Stands before the first op, and in no hop: what it meets below is never recovered in the same attempt.
    const start = onLine('')
    this.#place(start, whole, -1, new Set())
    const handlers = new Map<Line, readonly Handler[]>()
    for (const [line, place] of this.#places) handlers.set(line, this.#handlers(place))
    return { first, start, hops: this.#hops, handlers }
  }

  /** What a commit emits to go on at an op: structures without user code belong to it. */
  #next(s: Scope, at: number, codec?: Codec<unknown, unknown>): Next {
    const from = afterHandlers(s, at)
    const known = this.#known(s)
    const cut = known.get(from)
    if (cut !== undefined) return cut
    const made = this.#fold(s, from, codec)
    known.set(from, made)
    return made
  }

  #known(s: Scope): Map<number, Next> {
    const known = this.#cuts.get(s.ops) ?? new Map<number, Next>()
    this.#cuts.set(s.ops, known)
    return known
  }

  #fold(s: Scope, from: number, codec: Codec<unknown, unknown> | undefined, suffix?: string): Next {
    const i = afterHandlers(s, from)
    const op = s.ops[i]
    if (op === undefined) return s.after
    if (op.op === 'fanOut') return this.#fanOut(s, i, op)
    if (op.op === 'gather') return this.#once(op, () => this.#gather(s, i, op))
    if (op.op === 'durable') return this.#next(s, i + 1, op.codec)
    if (op.op === 'delay') return this.#delay(s, i, op)
    return { as: 'hop', hop: this.#stretch(s, i, { codec, ...(suffix !== undefined && { suffix }) }), codec }
  }

  #delay(s: Scope, at: number, op: Of<'delay'>): Next {
    return { as: 'delay', ms: op.ms, next: this.#waiting(s, at + 1) }
  }

  /** Where something has to wait, or its reply to come from: a hop even where nothing is left to do. */
  #waiting(s: Scope, at: number): Next {
    const next = this.#next(s, at)
    if (!answersAtOnce(next)) return next
    const forced: Next = { as: 'hop', hop: this.#stretch(s, afterHandlers(s, at), {}), codec: undefined }
    this.#known(s).set(afterHandlers(s, at), forced)
    return forced
  }

  #fanOut(s: Scope, at: number, op: Of<'fanOut'>): Next {
    const branches = op.branches.map((b) => this.#next(branchScope(s, at, b, below(s.path, b.name), DONE), 0))
    return { as: 'fanOut', branches, after: s.after }
  }

  /** A structure is cut once, however many ways lead to it. */
  readonly #made = new Map<Op, Next | End>()
  readonly #making = new Set<Op>()
  #once<A extends Next | End>(op: Op, make: () => A): A {
    this.#making.add(op)
    const made = (this.#made.get(op) as A | undefined) ?? make()
    this.#made.set(op, made)
    return made
  }

  #gather(s: Scope, at: number, op: Of<'gather'>): Next {
    const optional = new Set(op.branches.filter((b) => mayFilter(b.ops)).map((b) => b.name))
    const path = op.path === '' ? s.path : below(s.path, op.path)
    const names = op.branches.map((b) => b.name)
    const renamed = renamedBranches(this.#d.renamed, path, names)
    const join = this.#join(s, at, op.name, { settle: op.settle, each: false, optional, renamed })
    const branches = op.branches.map((b) => ({
      name: b.name,
      next: this.#waiting(branchScope(s, at, b, below(path, b.name), ANSWER), 0),
    }))
    return { as: 'gather', branches, settle: op.settle, join }
  }

  /** The hop after a structure whose replies are joined; gives its name. */
  #join(s: Scope, at: number, name: string, joining: Joining): string {
    // Its input is how the join came out. What recovers that runs with it: later joins of its key wait meanwhile.
    const hop = this.#stretch(s, at + 1, { joining, begins: new Line(STEP, name, (joined) => joined) })
    this.#known(s).set(afterHandlers(s, at + 1), { as: 'hop', hop, codec: undefined })
    return hop
  }

  /** One hop, from an op to the first cut after it; gives its name. */
  #stretch(s: Scope, from: number, o: Stretch): string {
    const drawn: Drawn = { lines: [], destinations: [], reads: false }
    if (o.first === true && this.#d.source !== undefined) drawn.lines.push(decodeLine(this.#d.source))
    if (o.decode !== undefined) drawn.lines.push(o.decode)
    if (o.begins !== undefined) drawn.lines.push(o.begins)
    const { name, end, effect } = this.#draw(s, from, drawn)
    const together = new Set(drawn.lines)
    if (o.begins !== undefined) this.#place(o.begins, s, from - 1, together)
    for (const line of drawn.lines) if (!this.#places.has(line)) this.#placeAll(s, line, together)
    const full = o.suffix === undefined ? nameIn(s, name) : this.#free(nameIn(s, name) + o.suffix)
    // Reserved before what follows is cut, so that a clash names the later one.
    const hop = this.#add(full, {
      program: program(drawn.lines),
      effect,
      destinations: [...new Set(drawn.destinations)],
      codec: o.codec,
      joining: o.joining,
      end: DONE_END,
      raw: o.decode !== undefined || (o.first === true && this.#d.source !== undefined),
      splits: s.splits,
      ...(s.holds && { holds: true }),
    })
    this.#hops.set(full, { ...hop, end: end() })
    return full
  }

  // Several ways may lead into one hop after failures of one tag.
  #free(name: string): string {
    let free = name
    for (let n = 2; this.#hops.has(free); n++) free = `${name} ${n}`
    return free
  }

  #add(name: string, hop: Omit<Hop, 'flow' | 'name'>): Hop {
    if (this.#hops.has(name)) throw new TypeError(this.#clash(name))
    const made = { flow: this.#d.name, name, ...hop }
    this.#hops.set(name, made)
    return made
  }

  /** Draws lines up to the cut; gives how the hop is called and, to be asked later, how it ends. */
  #draw(s: Scope, from: number, drawn: Drawn): { name: string; end: () => End; effect: Line | undefined } {
    const goOn = (at: number, codec?: Codec<unknown, unknown>) => (): End => ({
      as: 'next',
      next: this.#next(s, at, codec),
    })
    const structure = (
      name: string,
      end: () => End,
    ): { name: string; end: () => End; effect: undefined } => ({
      name,
      end,
      effect: undefined,
    })
    for (let i = from; i < s.ops.length; i++) {
      const op = s.ops[i]!
      if (op.op === 'step') {
        if (op.step.effect === 'none') {
          drawn.lines.push(op.line!)
          if (op.step.destination !== undefined) {
            drawn.destinations.push(op.step.destination)
            drawn.reads = true
          }
          continue
        }
        if (op.step.effect === 'keyed' && drawn.reads) return structure(`before ${op.name}`, goOn(i))
        drawn.lines.push(op.line!)
        if (op.step.destination !== undefined) drawn.destinations.push(op.step.destination)
        let after = i + 1
        for (; after < s.ops.length && isHandler(s.ops[after]!); after++)
          drawn.lines.push(s.ops[after]!.line!)
        return { name: op.name, end: goOn(after), effect: op.line }
      }
      if (op.op === 'durable') return structure(op.name, goOn(i + 1, op.codec))
      if (op.op === 'delay') return structure(op.name, () => ({ as: 'next', next: this.#delay(s, i, op) }))
      if (op.op === 'fanOut') return structure(op.name, () => ({ as: 'next', next: this.#fanOut(s, i, op) }))
      if (op.op === 'gather')
        return structure(op.name, () => ({ as: 'next', next: this.#fold(s, i, undefined) }))
      if (op.op === 'split') return structure(op.name, () => this.#once(op, () => this.#split(s, i, op)))
      if (op.op === 'node') return structure(op.name, () => this.#once(op, () => this.#node(s, i, op)))
      if (op.op === 'choose') {
        if (!isInline([op])) return structure(op.name, () => this.#choose(s, i, op))
        this.#readsOf(op, drawn)
      }
      drawn.lines.push(op.line!)
    }
    return structure('end', () => ({ as: 'next', next: s.after }))
  }

  #split(s: Scope, at: number, op: Of<'split'>): End {
    const path = below(s.path, op.name)
    const line = op.line!
    this.#place(line, s, at, new Set())
    const { settle, settings } = op
    const { run } = settings
    if (run !== undefined) this.#oneRun(s, path)
    const optional = mayFilter(op.item.ops) ? 'every' : new Set<string>()
    const join =
      settle === undefined
        ? undefined
        : { settle, hop: this.#join(s, at, op.name, { settle, each: true, optional }) }
    const ends: Next = run?.outcome === undefined ? DONE : { as: 'done', outcome: run.outcome }
    const scope: Scope = {
      ...branchScope(s, at, op.item, `${path}/item`, join === undefined ? ends : ANSWER, path),
      ...(settings.stop && { holds: true }),
    }
    const item = this.#item(scope, op, join !== undefined)
    const after = join === undefined ? s.after : DONE
    const watch = run === undefined ? undefined : this.#watch(s, at, op, path)
    return { as: 'split', line, path, each: op.each, settings, item, watch, after, ...(join && { join }) }
  }

  /** Where an item begins: where rows are decoded, at a hop that decodes what is stored, as a flow does with its source. */
  #item(s: Scope, op: Of<'split'>, waits: boolean): Next {
    const decode = rowLine(op.name, op.settings)
    if (decode === undefined) return waits ? this.#waiting(s, 0) : this.#next(s, 0)
    const next: Next = { as: 'hop', hop: this.#stretch(s, 0, { decode }), codec: undefined }
    this.#known(s).set(afterHandlers(s, 0), next)
    return next
  }

  /** The hop that waits for the end of a batch run. */
  #watch(s: Scope, at: number, op: Of<'split'>, path: string): string {
    const { stop, run } = op.settings
    const report = op.report && this.#next(branchScope(s, at, op.report, `${path}/report`, DONE), 0)
    const line = op.line!
    const tallied = run?.outcome !== undefined
    this.#add(`${path}/run`, {
      ...NO_LINES,
      end: { as: 'run', line, path, stop, tallied, report },
      splits: s.splits,
    })
    return `${path}/run`
  }

  #run: string | undefined
  #oneRun(s: Scope, path: string): void {
    const flow = `flow "${this.#d.name}": split "${path}": run`
    if (s.splits.length > 0)
      throw new TypeError(`${flow}: it is inside of the items of "${s.splits[0]}": give run to that`)
    if (this.#run !== undefined)
      throw new TypeError(`${flow}: "${this.#run}" is a batch run already, and a flow has one`)
    this.#run = path
  }

  #node(s: Scope, at: number, op: Of<'node'>): End {
    const { node } = op
    const path = below(s.path, op.name)
    const line = op.line!
    this.#place(line, s, at, new Set())
    const next = node.delays === true ? this.#waiting(s, at + 1) : this.#next(s, at + 1)
    const outs: Record<string, Next> = { next }
    const within = op.branches.filter((b) => node.inline?.includes(b.name) === true)
    const { inline, effect, destinations } = this.#inline(s, at, path, within)
    const end = (enter: NodeEntrance): End => ({ as: 'node', line, path, node, enter, outs, inline })
    for (const [name, enter] of Object.entries(node.entrances ?? {})) {
      const hop = `${path}/${name}`
      this.#add(hop, {
        ...NO_LINES,
        effect,
        destinations,
        end: end(enter),
        splits: s.splits,
        ...(s.holds && { holds: true }),
      })
      outs[name] = { as: 'hop', hop, codec: undefined }
    }
    for (const b of op.branches) {
      if (within.includes(b)) continue
      const after = branchEnd(node, b.name)?.caught === true ? CAUGHT : ANSWER
      outs[b.name] = this.#waiting(branchScope(s, at, b, `${path}/${b.name}`, after), 0)
    }
    return end(node.enter)
  }

  /** Branches of a node that are no hops: what its entrances call, and run when they see fit. */
  #inline(
    s: Scope,
    at: number,
    path: string,
    branches: readonly BranchOp[],
  ): Pick<Hop, 'effect' | 'destinations'> & { readonly inline: Readonly<Record<string, Program>> } {
    const inline = Object.fromEntries(branches.map((b) => [b.name, programOf(b.ops, true)]))
    for (const b of branches) {
      const { lines } = inline[b.name]!
      const inner = branchScope(s, at, b, `${path}/${b.name}`, DONE)
      for (const line of lines) this.#placeAll(inner, line, new Set(lines))
    }
    const steps = branches.flatMap((b) => b.ops).filter((o) => o.op === 'step')
    return {
      inline,
      effect: steps.find((o) => o.step.effect !== 'none')?.line,
      destinations: steps.flatMap((o) => o.step.destination ?? []),
    }
  }

  #choose(s: Scope, at: number, op: Of<'choose'>): End {
    const after = this.#next(s, at + 1)
    this.#place(op.line!, s, at, new Set())
    const cases = op.cases.map((c) => {
      const scope = branchScope(s, at, c, below(s.path, `${op.name}/${c.name}`), after)
      return { name: c.name, test: c.test, branch: this.#next(scope, 0) }
    })
    return { as: 'choose', line: op.line!, cases }
  }

  #readsOf(op: Op, drawn: Drawn): void {
    if (op.op === 'step' && op.step.destination !== undefined) {
      drawn.destinations.push(op.step.destination)
      drawn.reads = true
    } else if (op.op === 'choose') for (const c of op.cases) for (const o of c.ops) this.#readsOf(o, drawn)
  }

  #place(line: Line, scope: Scope, at: number, together: ReadonlySet<Line>): void {
    this.#places.set(line, { scope, at, together })
  }

  /** Remembers where a line stands, and those inside it when it is a choice that runs inside the hop. */
  #placeAll(s: Scope, line: Line, together: Set<Line>): void {
    const at = s.ops.findIndex((o) => o.line === line)
    // The source's decoder stands before the first op.
    this.#place(line, s, at, together)
    const op = s.ops[at]
    if (op?.op !== 'choose') return
    for (const c of op.cases) {
      const inner = branchScope(s, at, c, s.path, DONE)
      for (const o of c.ops) together.add(o.line!)
      for (const o of c.ops) this.#placeAll(inner, o.line!, together)
    }
  }

  #handlers({ scope, at, together }: Place): readonly Handler[] {
    const found: Handler[] = []
    // A branch that runs beside others leads into no recovery of its flow: the others have gone on without it.
    let apart = false
    for (let s: Scope | undefined = scope, i = at; s !== undefined; i = s.up?.at ?? 0, s = s.up?.scope) {
      for (let j = i + 1; j < s.ops.length; j++) {
        const op = s.ops[j]!
        if (op.op === 'on') found.push({ as: 'route', tag: op.tag, route: op.route })
        // One that stands behind another of its tag is never asked, but for what the start of the flow meets.
        const asked = op.op === 'recover' && (at < 0 || !found.some((h) => h.tag === op.tag))
        if (asked && !apart && !together.has(op.line!))
          found.push({ as: 'recover', tag: op.tag, line: op.line!, next: this.#entrance(s, j, op.tag) })
      }
      const up: Op | undefined = s.up?.scope.ops[s.up.at]
      if (up?.op === 'node') {
        const ops = s.ops
        const end = branchEnd(up.node, up.branches.find((b) => b.ops === ops)!.name)
        if (end !== undefined) {
          found.push({ as: end.caught ? 'catch' : 'ends', tag: undefined, route: end.route })
          break
        }
      }
      apart ||= up !== undefined && up.op !== 'choose'
    }
    return found
  }

  /** Where a message goes on after a failure of an earlier hop was recovered. */
  readonly #entrances = new Map<Op, Next>()
  #entrance(s: Scope, at: number, tag: string): Next {
    const op = s.ops[at]!
    const cut = this.#entrances.get(op) ?? this.#cuts.get(s.ops)?.get(afterHandlers(s, at + 1))
    const next = cut ?? this.#fold(s, at + 1, undefined, ` after ${tag}`)
    this.#entrances.set(op, next)
    return next
  }

  #clash(hop: string): string {
    const has = (op: Op['op']): boolean => [...this.#making].some((o) => o.op === op)
    const gathers = has('gather') ? ', or one gather: { name }' : ''
    const patterns = has('node') ? ', or one pattern another name' : ''
    const remedy = hop.includes('choose ')
      ? 'give the first case of one choose another name'
      : `give one of the targets a name: .to(target, { name })${gathers}${patterns}`
    return `flow "${this.#d.name}": two hops are named "${hop}"; ${remedy}`
  }
}

// Handlers lead nowhere: a stretch starts at the first op that does something.
const afterHandlers = (s: Scope, from: number): number => {
  let i = from
  while (i < s.ops.length && isHandler(s.ops[i]!)) i++
  return i
}

// Without an entry whose end it could be.
const answersAtOnce = (next: Next): boolean =>
  next.as === 'answer' || (next.as === 'fanOut' && answersAtOnce(next.after))

const branchEnd = (node: NodeDefinition, branch: string): BranchEnd | undefined =>
  node.ends?.[branch] ?? (node.catches && { route: node.catches, caught: true })

const DONE_END: End = { as: 'next', next: DONE }

/** A hop that is nothing but its end. */
const NO_LINES: Omit<Hop, 'flow' | 'name' | 'end' | 'splits'> = {
  program: program([]),
  effect: undefined,
  destinations: [],
  codec: undefined,
  joining: undefined,
  raw: false,
}

import type { Destination } from '../destination/destination.js'
import type { Codec } from '../flow/flow.js'
import { decodeLine, onLine } from '../flow/lines.js'
import type { NodeEntrance } from '../flow/node.js'
import type { Definition, Op } from '../flow/op.js'
import { program, type Line } from '../run/line.js'
import { mayFilter } from './may-filter.js'
import type { End, Handler, Hop, Joining, Next } from './hop.js'
import { below, branchScope, isHandler, isInline, nameIn, type Scope } from './scope.js'

interface Stretch {
  /** The flow's first: it starts with the raw input and is never folded. */
  readonly first?: true
  readonly codec?: Codec<unknown, unknown> | undefined
  /** An entrance in the middle, after a recovered failure. */
  readonly suffix?: string
  readonly joining?: Joining
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
    if (op.op === 'gather') return this.#gather(s, i, op)
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

  #gather(s: Scope, at: number, op: Of<'gather'>): Next {
    const optional = new Set(op.branches.filter((b) => mayFilter(b.ops)).map((b) => b.name))
    const join = this.#join(s, at, { line: op.line!, settle: op.settle, each: false, optional })
    const path = op.path === '' ? s.path : below(s.path, op.path)
    const branches = op.branches.map((b) => ({
      name: b.name,
      next: this.#waiting(branchScope(s, at, b, below(path, b.name), ANSWER), 0),
    }))
    return { as: 'gather', branches, settle: op.settle, join }
  }

  /** The hop after a structure whose replies are joined; gives its name. */
  #join(s: Scope, at: number, joining: Joining): string {
    this.#place(joining.line, s, at, new Set())
    const from = afterHandlers(s, at + 1)
    const hop = this.#stretch(s, from, { joining })
    this.#known(s).set(from, { as: 'hop', hop, codec: undefined })
    return hop
  }

  /** One hop, from an op to the first cut after it; gives its name. */
  #stretch(s: Scope, from: number, o: Stretch): string {
    const drawn: Drawn = { lines: [], destinations: [], reads: false }
    if (o.first === true && this.#d.source !== undefined) drawn.lines.push(decodeLine(this.#d.source))
    const { name, end, effect } = this.#draw(s, from, drawn)
    const together = new Set(drawn.lines)
    for (const line of drawn.lines) if (!this.#places.has(line)) this.#placeAll(s, line, together)
    const full = nameIn(s, name) + (o.suffix ?? '')
    // Reserved before what follows is cut, so that a clash names the later one.
    const hop = this.#add(full, {
      program: program(drawn.lines),
      effect,
      destinations: [...new Set(drawn.destinations)],
      codec: o.codec,
      joining: o.joining,
      end: DONE_END,
      raw: o.first === true && this.#d.source !== undefined,
      splits: s.splits,
    })
    this.#hops.set(full, { ...hop, end: end() })
    return full
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
      if (op.op === 'gather') return structure(op.name, () => ({ as: 'next', next: this.#gather(s, i, op) }))
      if (op.op === 'split') return structure(op.name, () => this.#split(s, i, op))
      if (op.op === 'node') return structure(op.name, () => this.#node(s, i, op))
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
    this.#place(op.line!, s, at, new Set())
    const { settle } = op
    const optional = mayFilter(op.item.ops) ? 'every' : new Set<string>()
    const join =
      settle === undefined
        ? undefined
        : { settle, hop: this.#join(s, at, { line: op.line!, settle, each: true, optional }) }
    const scope = branchScope(s, at, op.item, `${path}/item`, join === undefined ? DONE : ANSWER, path)
    const item = join === undefined ? this.#next(scope, 0) : this.#waiting(scope, 0)
    const after = join === undefined ? s.after : DONE
    return { as: 'split', line: op.line!, path, each: op.each, item, after, ...(join && { join }) }
  }

  #node(s: Scope, at: number, op: Of<'node'>): End {
    const { node } = op
    const path = below(s.path, op.name)
    const line = op.line!
    this.#place(line, s, at, new Set())
    const next = node.delays === true ? this.#waiting(s, at + 1) : this.#next(s, at + 1)
    const outs: Record<string, Next> = { next }
    const end = (enter: NodeEntrance): End => ({ as: 'node', line, path, node, enter, outs })
    for (const [name, enter] of Object.entries(node.entrances ?? {})) {
      const hop = `${path}/${name}`
      this.#add(hop, {
        program: program([]),
        effect: undefined,
        destinations: [],
        codec: undefined,
        joining: undefined,
        end: end(enter),
        raw: false,
        splits: s.splits,
      })
      outs[name] = { as: 'hop', hop, codec: undefined }
    }
    const after = node.catches === undefined ? ANSWER : CAUGHT
    for (const b of op.branches)
      outs[b.name] = this.#waiting(branchScope(s, at, b, `${path}/${b.name}`, after), 0)
    return end(node.enter)
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
      for (const o of c.ops) if (o.line !== undefined) together.add(o.line)
      for (const o of c.ops) if (o.line !== undefined) this.#placeAll(inner, o.line, together)
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
        if (op.op === 'recover' && !apart && !together.has(op.line!))
          found.push({ as: 'recover', tag: op.tag, line: op.line!, next: this.#entrance(s, j, op.tag) })
      }
      const up: Op | undefined = s.up?.scope.ops[s.up.at]
      if (up?.op === 'node' && up.node.catches !== undefined) {
        found.push({ as: 'catch', tag: undefined, route: up.node.catches })
        break
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
    const gathers = this.#d.ops.some((o) => o.op === 'gather')
    const remedy = hop.includes('choose ')
      ? 'give the first case of one choose another name'
      : `give one of the targets a name: .to(target, { name })${gathers ? ', or one gather: { name }' : ''}`
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

const DONE_END: End = { as: 'next', next: DONE }

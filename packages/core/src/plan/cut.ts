import type { Destination } from '../destination/destination.js'
import type { Codec } from '../flow/flow.js'
import { decodeLine, onLine } from '../flow/lines.js'
import type { Definition, Op } from '../flow/op.js'
import { program, type Line } from '../run/line.js'
import type { End, Handler, Hop, Next } from './hop.js'
import { below, branchScope, isHandler, isInline, nameIn, type Scope } from './scope.js'

interface Stretch {
  /** The flow's first: it starts with the raw input and is never folded. */
  readonly first?: true
  readonly codec?: Codec<unknown, unknown> | undefined
  /** An entrance in the middle, after a recovered failure. */
  readonly suffix?: string
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

const DONE: Next = { as: 'done' }

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
    const known = this.#cuts.get(s.ops) ?? new Map<number, Next>()
    this.#cuts.set(s.ops, known)
    const cut = known.get(from)
    if (cut !== undefined) return cut
    const made = this.#fold(s, from, codec)
    known.set(from, made)
    return made
  }

  #fold(s: Scope, from: number, codec: Codec<unknown, unknown> | undefined, suffix?: string): Next {
    const i = afterHandlers(s, from)
    const op = s.ops[i]
    if (op === undefined) return s.after
    if (op.op === 'fanOut') return this.#fanOut(s, i, op)
    if (op.op === 'durable') return this.#next(s, i + 1, op.codec)
    if (op.op === 'delay') return { as: 'delay', ms: op.ms, next: this.#next(s, i + 1) }
    return { as: 'hop', hop: this.#stretch(s, i, { codec, ...(suffix !== undefined && { suffix }) }), codec }
  }

  #fanOut(s: Scope, at: number, op: Op & { op: 'fanOut' }): Next {
    const branches = op.branches.map((b) => this.#next(branchScope(s, at, b, below(s.path, b.name), DONE), 0))
    return { as: 'fanOut', branches, after: s.after }
  }

  /** One hop, from an op to the first cut after it; gives its name. */
  #stretch(s: Scope, from: number, o: Stretch): string {
    const drawn: Drawn = { lines: [], destinations: [], reads: false }
    if (o.first === true && this.#d.source !== undefined) drawn.lines.push(decodeLine(this.#d.source))
    const { name, end, effect } = this.#draw(s, from, drawn)
    const together = new Set(drawn.lines)
    for (const line of drawn.lines) if (!this.#places.has(line)) this.#placeAll(s, line, together)
    const full = nameIn(s, name) + (o.suffix ?? '')
    if (this.#hops.has(full)) throw new TypeError(this.#clash(full))
    // Reserved before what follows is cut, so that a clash names the later one.
    const hop: Hop = {
      flow: this.#d.name,
      name: full,
      program: program(drawn.lines),
      effect,
      destinations: [...new Set(drawn.destinations)],
      codec: o.codec,
      end: DONE_END,
      raw: o.first === true && this.#d.source !== undefined,
      splits: s.splits,
    }
    this.#hops.set(full, hop)
    this.#hops.set(full, { ...hop, end: end() })
    return full
  }

  /** Draws lines up to the cut; gives how the hop is called and, to be asked later, how it ends. */
  #draw(s: Scope, from: number, drawn: Drawn): { name: string; end: () => End; effect: Line | undefined } {
    const goOn = (at: number, codec?: Codec<unknown, unknown>) => (): End => ({
      as: 'next',
      next: this.#next(s, at, codec),
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
        if (op.step.effect === 'keyed' && drawn.reads)
          return { name: `before ${op.name}`, end: goOn(i), effect: undefined }
        drawn.lines.push(op.line!)
        if (op.step.destination !== undefined) drawn.destinations.push(op.step.destination)
        let after = i + 1
        for (; after < s.ops.length && isHandler(s.ops[after]!); after++)
          drawn.lines.push(s.ops[after]!.line!)
        return { name: op.name, end: goOn(after), effect: op.line }
      }
      if (op.op === 'durable') return { name: op.name, end: goOn(i + 1, op.codec), effect: undefined }
      if (op.op === 'delay')
        return {
          name: op.name,
          end: () => ({ as: 'next', next: { as: 'delay', ms: op.ms, next: this.#next(s, i + 1) } }),
          effect: undefined,
        }
      if (op.op === 'fanOut')
        return { name: op.name, end: () => ({ as: 'next', next: this.#fanOut(s, i, op) }), effect: undefined }
      if (op.op === 'split') return { name: op.name, end: () => this.#split(s, i, op), effect: undefined }
      if (op.op === 'choose') {
        if (!isInline([op])) return { name: op.name, end: () => this.#choose(s, i, op), effect: undefined }
        this.#readsOf(op, drawn)
      }
      drawn.lines.push(op.line!)
    }
    return { name: 'end', end: () => ({ as: 'next', next: s.after }), effect: undefined }
  }

  #split(s: Scope, at: number, op: Op & { op: 'split' }): End {
    const path = below(s.path, op.name)
    const item = branchScope(s, at, op.item, `${path}/item`, DONE, path)
    this.#place(op.line!, s, at, new Set())
    return { as: 'split', line: op.line!, path, each: op.each, item: this.#next(item, 0) }
  }

  #choose(s: Scope, at: number, op: Op & { op: 'choose' }): End {
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
    for (let s: Scope | undefined = scope, i = at; s !== undefined; i = s.up?.at ?? 0, s = s.up?.scope)
      for (let j = i + 1; j < s.ops.length; j++) {
        const op = s.ops[j]!
        if (op.op === 'on') found.push({ as: 'route', tag: op.tag, route: op.route })
        if (op.op === 'recover' && !together.has(op.line!))
          found.push({ as: 'recover', tag: op.tag, line: op.line!, next: this.#entrance(s, j, op.tag) })
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
    const remedy = hop.includes('choose ')
      ? 'give the first case of one choose another name'
      : 'give one of the targets a name: .to(target, { name })'
    return `flow "${this.#d.name}": two hops are named "${hop}"; ${remedy}`
  }
}

// Handlers lead nowhere: a stretch starts at the first op that does something.
const afterHandlers = (s: Scope, from: number): number => {
  let i = from
  while (i < s.ops.length && isHandler(s.ops[i]!)) i++
  return i
}

const DONE_END: End = { as: 'next', next: DONE }

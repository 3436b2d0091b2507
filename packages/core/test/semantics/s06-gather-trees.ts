/* oxlint-disable typescript/no-explicit-any */
import { type Random } from '../../src/index.js'
import { Bad, Down, remote } from './remote.js'

/** A flow under construction, untyped: what random structures are made of. */
export type Start = any

/** What a target does: fails so many calls of a key first, or for good. */
interface Mood {
  readonly down: number
  readonly bad: boolean
}

const canonical = (v: unknown): string =>
  JSON.stringify(v, (_k, x: unknown) =>
    typeof x === 'object' && x !== null && !Array.isArray(x)
      ? Object.fromEntries(Object.entries(x).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : x,
  ) ?? 'null'

/** A short number that stands for a body. */
export const digest = (...parts: readonly unknown[]): number => {
  let h = 7
  for (const c of parts.map(canonical).join('|')) h = (Math.imul(h, 31) + c.charCodeAt(0)) | 0
  return h >>> 0
}

/** The result of a branch, whatever its failure carries beside its tag. */
const told = (r: any): unknown => (r._tag === 'Left' ? r.left._tag : (r.right ?? null))

/** Makes one random flow twice: as it is run durably, and as its reference in memory, in which nothing is ever transient. */
export class Tree {
  readonly #random: Random
  readonly #moods = new Map<string, Mood>()
  readonly #calls = new Map<string, number>()
  #named = 0
  #sound = 0
  /** What a flow is made of. */
  readonly build: (start: Start, down: boolean) => Start

  constructor(random: Random) {
    this.#random = random
    this.build = this.#ops(0, 2 + this.#below(3))
  }

  /** A target that is in its mood, or one that is never down. */
  readonly #target = (name: string, down: boolean): any => {
    const { bad, ...mood } = this.#moods.get(name)!
    return remote<Bad | Down, any>(name, async (input, ctx) => {
      const key = `${name} ${ctx.key}`
      const nth = (this.#calls.get(key) ?? 0) + 1
      this.#calls.set(key, nth)
      if (down && nth <= mood.down) return new Down({})
      if (down && digest(key, nth) % 3 === 0) await ctx.clock.sleep(digest(key) % 50)
      return bad ? new Bad({}) : { h: digest(name, input) }
    })
  }

  #below(n: number): number {
    return Math.floor(this.#random.next() * n)
  }
  #name(what: string): string {
    return `${what}${++this.#named}`
  }
  #mooded(): string {
    const name = this.#name('t')
    const down = this.#below(4) === 0 ? 1 + this.#below(3) : 0
    this.#moods.set(name, { down, bad: this.#sound === 0 && this.#below(6) === 0 })
    return name
  }
  /** Structures whose deliveries answer nobody: in memory they fail as a whole, so nothing fails in them here. */
  #sounds<A>(make: () => A): A {
    this.#sound++
    const made = make()
    this.#sound--
    return made
  }

  #ops(depth: number, n: number): (start: Start, down: boolean) => Start {
    const ops = Array.from({ length: n }, () => this.#op(depth))
    return (start, down) => ops.reduce((s, op) => op(s, down), start)
  }

  #branch(depth: number): (down: boolean) => any {
    if (this.#below(4) === 0) {
      const name = this.#mooded()
      return (down) => this.#target(name, down)
    }
    const ops = this.#ops(depth + 1, this.#below(3))
    const last = depth < 2 && this.#below(6) === 0 ? this.#last(depth) : undefined
    return (down) => (s: Start) => (last === undefined ? ops(s, down) : last(ops(s, down), down))
  }

  /** What ends a branch in deliveries. */
  #last(depth: number): (s: Start, down: boolean) => Start {
    const [a, b] = this.#sounds(() => [this.#mooded(), this.#branch(depth + 2)])
    const [out, name] = [this.#name('out'), this.#name('s')]
    if (this.#below(2) === 0) return (s, down) => s.fanOut({ [a]: this.#target(a, down), [out]: b(down) })
    return (s, down) => s.split(name, () => [1, 2], this.#target(a, down))
  }

  #op(depth: number): (s: Start, down: boolean) => Start {
    const kind = this.#below(depth < 2 ? 13 : 8)
    const name = this.#name('x')
    if (kind === 0) return (s) => s.map(name, (b: unknown) => ({ h: digest(name, b) }))
    if (kind === 1) return (s) => s.filter(name, (b: unknown) => digest(name, b) % 5 !== 0)
    if (kind === 2) return (s) => s.durable(name)
    if (kind === 3) return (s) => s.delay(name, '1ms')
    if (kind === 4) return (s) => s.recover('Bad', () => ({ h: digest(name) }))
    if (kind === 5)
      return (s) => s.recover('PartialFailure', (e: any) => ({ h: digest(name, e.failed.length) }))
    if (kind < 8) {
      const target = this.#mooded()
      return (s, down) => (kind === 6 ? s.to(this.#target(target, down)) : s.via(this.#target(target, down)))
    }
    if (kind === 8) return this.#choose(name, depth)
    return kind === 9 ? this.#each(name, depth) : this.#gather(name, depth)
  }

  #choose(name: string, depth: number): (s: Start, down: boolean) => Start {
    const [a, b] = [this.#ops(depth + 1, this.#below(3)), this.#ops(depth + 1, this.#below(3))]
    return (s, down) =>
      s.choose((c: any) =>
        c
          .when(
            name,
            (x: unknown) => digest(name, x) % 2 === 0,
            (x: Start) => a(x, down),
          )
          .otherwise((x: Start) => b(x, down)),
      )
  }

  #each(name: string, depth: number): (s: Start, down: boolean) => Start {
    const n = this.#below(4)
    const item = this.#branch(depth)
    const settle = this.#below(2) === 0 ? 'all' : 'bestEffort'
    return (s, down) => {
      const joined = s.gatherEach(
        name,
        (b: unknown) => Array.from({ length: n }, (_, i) => ({ h: digest(b, i) })),
        item(down),
        { settle },
      )
      return settle === 'all' ? joined : joined.map(`${name} told`, (all: any[]) => all.map(told))
    }
  }

  #gather(name: string, depth: number): (s: Start, down: boolean) => Start {
    const size = 1 + this.#below(3)
    const branches = Array.from({ length: size }, () => [this.#name('b'), this.#branch(depth)] as const)
    const quorum = 1 + this.#below(size)
    const settle = (['all', 'all', 'any', 'bestEffort', { quorum }] as const)[this.#below(5)]!
    return (s, down) => {
      const made = Object.fromEntries(branches.map(([b, make]) => [b, make(down)]))
      const joined = s.gather(made, { settle, name })
      if (settle === 'all') return joined
      if (settle === 'bestEffort')
        return joined.map(`${name} told`, (all: any) =>
          Object.fromEntries(Object.entries(all).map(([b, r]) => [b, told(r)])),
        )
      // Which replies came first is a matter of time; that they were enough is not.
      return joined.map(`${name} told`, () => ({ h: digest(name) }))
    }
  }
}

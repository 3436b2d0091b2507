import { isRecord } from '../../message/is-record.js'
import type { Random } from '../../ports/random.js'
import { FAULT_KINDS, faultText, readFault, type FaultKind, type FaultOptions, type Struck } from './fault.js'

const HALVED: readonly FaultKind[] = ['restart', 'cut', 'hang']
const LASTING: readonly FaultKind[] = ['freeze', 'cut', 'hang', 'slow']

/** How long a slow answer takes at most: virtual milliseconds. */
const SLOWEST = 20_000

/** Points after which another kind is drawn, where the one that was drawn makes no sense. */
const PATIENCE = 20

/** Decides what strikes where: by chance, or by a list that was taken from another run. */
export class FaultPlan {
  readonly struck: Struck[] = []
  readonly #random: Random
  readonly #every: number
  readonly #weights: readonly (readonly [FaultKind, number])[]
  readonly #longest: number
  readonly #only: ReadonlyMap<string, Struck> | undefined
  // How often each process came to each call: before it, and after it.
  readonly #seen = new Map<string, Map<string, [number, number]>>()
  #crashes: number
  #left: number
  #drawn: FaultKind | undefined
  #calm = false
  #points = 0

  /** `only`: lines of another run, instead of chance; `undefined` in `options`: nothing strikes. */
  constructor(options: FaultOptions | undefined, random: Random, only?: readonly string[]) {
    this.#random = random
    this.#every = options?.every ?? 60
    this.#longest = options?.longestMs ?? 60_000
    this.#crashes = options?.crashes ?? 3
    this.#weights = weightsOf(options)
    this.#only =
      only && new Map(only.map(readFault).map((f) => [keyOf(f.process, f.call, f.when, f.nth), f] as const))
    this.#left = this.#gap()
  }

  /** Points that anything came to. */
  get points(): number {
    return this.#points
  }

  /** From now on nothing strikes. */
  calm(): void {
    this.#calm = true
  }

  /** A process comes to a point, at which some kinds make sense; gives what strikes there. */
  at(process: string, call: string, when: 'before' | 'after', can: readonly FaultKind[]): Struck | undefined {
    this.#points++
    if (this.#calm) return undefined
    const nth = this.#count(process, call, when)
    const struck =
      this.#only === undefined
        ? this.#draw(process, call, when, can, nth)
        : this.#only.get(keyOf(process, call, when, nth))
    if (struck !== undefined) this.struck.push(struck)
    return struck
  }

  #draw(
    process: string,
    call: string,
    when: 'before' | 'after',
    can: readonly FaultKind[],
    nth: number,
  ): Struck | undefined {
    if (--this.#left > 0) return undefined
    const kind = (this.#drawn ??= this.#kind())
    if (kind === undefined || !can.includes(kind)) {
      // What it may strike at may be over: webhooks come to an end.
      if (-this.#left % PATIENCE === 0) this.#drawn = undefined
      return undefined
    }
    this.#drawn = undefined
    this.#left = this.#gap()
    if (kind === 'crash') this.#crashes--
    const most = kind === 'slow' ? SLOWEST : this.#longest
    const ms = LASTING.includes(kind) ? { ms: 1 + Math.floor(this.#random.next() * most) } : {}
    return { kind, process, call, when, nth, ...ms }
  }

  #gap(): number {
    return 1 + Math.floor(this.#random.next() * 2 * this.#every)
  }

  #kind(): FaultKind | undefined {
    const weights = this.#crashes > 0 ? this.#weights : this.#weights.filter(([kind]) => kind !== 'crash')
    const all = weights.reduce((sum, [, weight]) => sum + weight, 0)
    let at = this.#random.next() * all
    return weights.find(([, weight]) => (at -= weight) < 0)?.[0]
  }

  #count(process: string, call: string, when: 'before' | 'after'): number {
    let calls = this.#seen.get(process)
    if (calls === undefined) this.#seen.set(process, (calls = new Map()))
    let counts = calls.get(call)
    if (counts === undefined) calls.set(call, (counts = [0, 0]))
    return ++counts[when === 'before' ? 0 : 1]
  }
}

const keyOf = (process: string, call: string, when: string, nth: number): string =>
  `${process}\n${call}\n${when}\n${nth}`

const weightsOf = (options: FaultOptions | undefined): readonly (readonly [FaultKind, number])[] => {
  if (options === undefined) return []
  return FAULT_KINDS.map(
    (kind) => [kind, options.kinds?.[kind] ?? (HALVED.includes(kind) ? 0.5 : 1)] as const,
  ).filter(([, weight]) => weight > 0)
}

/** The lines of what struck. */
export const linesOf = (struck: readonly Struck[]): readonly string[] => struck.map(faultText)

/** @throws TypeError naming the option that makes no sense. */
export const checkFaults = (o: FaultOptions): FaultOptions => {
  const wrong = (option: string, expected: string, got: unknown): TypeError =>
    new TypeError(`simulate: faults${option}: expected ${expected}, got ${shown(got)}`)
  if (!isRecord(o)) throw wrong('', "'none' or an object", o)
  const { every = 1, kinds = {}, crashes = 0, longestMs = 1 } = o
  if (!isFrom(1, every)) throw wrong('.every', 'a number of points of 1 or more', every)
  if (!Number.isSafeInteger(crashes) || crashes < 0)
    throw wrong('.crashes', 'a whole number of 0 or more', crashes)
  if (!isFrom(1, longestMs)) throw wrong('.longestMs', 'milliseconds of 1 or more', longestMs)
  if (!isRecord(kinds)) throw wrong('.kinds', 'an object', kinds)
  for (const [kind, weight] of Object.entries(kinds)) {
    if (!FAULT_KINDS.includes(kind as FaultKind)) throw wrong('.kinds', `of ${FAULT_KINDS.join(', ')}`, kind)
    if (!isFrom(0, weight)) throw wrong(`.kinds.${kind}`, 'a number of 0 or more', weight)
  }
  return o
}

const isFrom = (least: number, n: unknown): boolean => Number.isFinite(n) && (n as number) >= least

const shown = (got: unknown): string =>
  typeof got === 'number' || typeof got === 'string' ? String(got) : got === null ? 'null' : typeof got

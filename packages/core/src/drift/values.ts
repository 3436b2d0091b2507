/** More distinct values than this are no enumeration. */
const FEW = 20

/** So many values in a row without a new one make it sure that all are known. */
const CALM = 100

/** The distinct values of a field, by their hashes: no value itself is kept. */
export class Values {
  readonly counts: Map<number, number>
  /** How many values were seen, and how many when the last new one came. */
  seen: number
  newest: number
  /** New ones since it is an enumeration. */
  readonly fresh: Set<number> = new Set()

  constructor(counts: Iterable<readonly [number, number]> = [], seen = 0, newest = 0) {
    this.counts = new Map(counts)
    this.seen = seen
    this.newest = newest
  }

  /** There are too many of them. */
  get many(): boolean {
    return this.counts.size > FEW
  }

  /** Takes one; says whether it is new to an enumeration: `first`, or `again`. */
  add(text: string, learn: number): 'first' | 'again' | undefined {
    const settled = this.seen >= learn && this.seen - this.newest >= CALM
    const h = hash(text)
    this.seen++
    const n = this.counts.get(h)
    this.counts.set(h, (n ?? 0) + 1)
    if (n !== undefined) return this.fresh.has(h) ? 'again' : undefined
    if (!settled && this.fresh.size === 0) {
      this.newest = this.seen
      return undefined
    }
    this.fresh.add(h)
    return 'first'
  }
}

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

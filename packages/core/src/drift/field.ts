import { KINDS, type JsonKind } from './kind.js'
import { Values } from './values.js'

/** Counts are halved beyond this: what was long ago counts less. */
const SCALE = 8192

/** What is known of one place in the messages of a source. Counts are of observed messages. */
export class Field {
  /** How often it was there. */
  present = 0
  /** How often what holds it was there without it, up to when it was last seen. */
  missed = 0
  /** By kind. */
  readonly kinds: number[] = KINDS.map(() => 0)
  /** Kinds that are new since it is known, a bit each. */
  oddKinds = 0
  /** It came when all was known, and the decoder does not know it. */
  odd = false
  /** Its texts, as long as they may be an enumeration. */
  values: Values | 'many' = new Values()
  /** Nothing of its texts is remembered, for what it or what holds it is called. Left out: not yet asked. */
  quiet: boolean | undefined = undefined
  /** How often it was an object. */
  objects = 0
  /** How often it was an object, in this process: what `last` of its children counts by. */
  visits = 0
  /** The visit of what holds it at which it was last seen. */
  last = 0
  /** It was told that it is gone. */
  gone = false
  /** By name; `*` for keys that are data. */
  readonly children: Map<string, Field> = new Map()
  /** All keys are data. */
  map = false
  /** Visits, close to each other, at which children came that were new when all was known; and the last of them. */
  late = 0
  lateAt = 0
  items: Field | undefined = undefined

  /** How often it was there of the times that it could have been, up to the last. */
  get rate(): number {
    return this.present === 0 ? 0 : this.present / (this.present + this.missed)
  }

  get usual(): JsonKind {
    return KINDS[this.kinds.indexOf(Math.max(...this.kinds))]!
  }

  /** It is there, at the visit `at` of what holds it. */
  seen(at: number): void {
    this.missed += Math.max(0, at - this.last - 1)
    this.last = at
    this.present++
    if (this.present + this.missed <= SCALE) return
    this.present = Math.ceil(this.present / 2)
    this.missed = Math.floor(this.missed / 2)
  }

  /** It is an object. */
  visited(): void {
    this.visits++
    if (++this.objects > SCALE) this.objects = Math.ceil(this.objects / 2)
  }

  /** Itself and all inside of it. */
  count(): number {
    let n = 1
    for (const child of this.children.values()) n += child.count()
    return n + (this.items?.count() ?? 0)
  }
}

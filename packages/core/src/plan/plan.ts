import type { Definition } from '../flow/op.js'
import type { RouteFor } from '../route/route.js'
import { byKind } from '../route/route.js'
import type { Line } from '../run/line.js'
import { Cutter } from './cut.js'
import type { Handler, Hop } from './hop.js'

/** A flow as the runtime runs it. */
export interface Plan {
  readonly definition: Definition
  /** The name of the hop that a message starts at. */
  readonly first: string
  /** Stands for `from`: where failures of accept and of the deadline are looked up. */
  readonly start: Line
  /** By name. */
  readonly hops: ReadonlyMap<string, Hop>
  /** What may become of a failure of a line, nearest first. */
  handlers(line: Line): readonly Handler[]
  /** Every handler of the flow. */
  readonly allHandlers: readonly Handler[]
  /** The route of what no handler takes. */
  rest(tag: string): RouteFor<never>
}

const fallback = byKind()

/**
 * From a flow to its hops. Hops end after every target; before branches, cases with effects and split items; at
 * `durable` and `delay`; and before a keyed target that a read with a destination precedes.
 *
 * @throws TypeError when two hops have one name.
 */
export const plan = (d: Definition): Plan => {
  const cutter = new Cutter(d)
  const { first, start, hops, handlers } = cutter.cut()
  const rest = d.rest
  return {
    definition: d,
    first,
    start,
    hops,
    handlers: (line) => handlers.get(line) ?? [],
    allHandlers: [...handlers.values()].flat(),
    rest: (tag) => (rest === undefined ? fallback : 'all' in rest ? rest.all : (rest.byTag[tag] ?? fallback)),
  }
}

import type { Definition } from '../flow/op.js'
import { plan, type Plan } from '../plan/plan.js'
import { right } from '../result/result.js'
import type { Deployable } from '../route/deployable.js'
import type { Source } from '../source/source.js'

/** One version of a flow, with the flows beside it. */
export interface Version {
  readonly definition: Definition
  readonly flows: readonly Definition[]
  /** For looking hops up. */
  readonly plan: Plan
  readonly source: Source<unknown, never>
}

/** @throws TypeError when one of them is no closed flow. */
export const versionOf = (option: string, flow: Deployable, flows: readonly Deployable[]): Version => {
  const definition = definitionOf(option, flow)
  const source = definition.source ?? OPEN
  return {
    definition,
    flows: flows.map((f) => definitionOf('flows', f)),
    plan: plan({ ...definition, source }),
    source,
  }
}

/** The name of this version's hop for entries of a hop; undefined where it has none. */
export const hopIn = (version: Version, hop: string): string | undefined => {
  const name = version.plan.hops.has(hop) ? hop : version.definition.renamed[hop]
  return name !== undefined && version.plan.hops.has(name) ? name : undefined
}

const definitionOf = (option: string, flow: Deployable): Definition => {
  const d = (flow as unknown as { readonly definition?: Definition } | null | undefined)?.definition
  if (d === undefined) throw new TypeError(`whatIf: ${option}: expected a flow, got ${typeof flow}`)
  if (d.rest === undefined)
    throw new TypeError(
      `whatIf: ${option}: flow "${d.name}" is open: close it with onError or otherwise, for its routes count too`,
    )
  return d
}

/** Of a flow without a source: what it is given is its body. */
const OPEN: Source<unknown, never> = {
  name: 'whatIf',
  single: false,
  decode: (raw: unknown) => right(raw),
  start: () => ({ stop: () => undefined }),
}

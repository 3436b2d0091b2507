import type { Deployable } from '../route/deployable.js'
import { routeText } from './route-text.js'
import type { End, Hop, Next } from './hop.js'
import { hopsOf } from './ways.js'
import { definitionOf } from './definition-of.js'
import { plan, type Plan } from './plan.js'

/** One hop of a described flow. */
export interface HopDescription {
  readonly name: string
  /** What it runs, in order, by name. */
  readonly steps: readonly string[]
  readonly effect?: string
  readonly destination?: string
  /** Other destinations that it calls: what it reads from before its effect. */
  readonly reads?: readonly string[]
  /** Where messages go from it; `label` of a choice's case or a delay. */
  readonly next: readonly { readonly hop: string; readonly label?: string }[]
  /** Failures with a route or recovery of their own at this hop. */
  readonly errors: readonly { readonly tag: string; readonly to: string }[]
}

/** A flow as data: what is stored in the journal at start and drawn for people. */
export interface FlowDescription {
  readonly flow: string
  readonly version: number
  readonly source?: string
  readonly first: string
  readonly hops: readonly HopDescription[]
  /** The routes of all other failures, by tag, or `*`. */
  readonly errors: readonly { readonly tag: string; readonly to: string }[]
  /** What hops are called now, by the names that they had: entries of older builds wait under these. */
  readonly renamed?: Readonly<Record<string, string>>
}

/** Describes a flow, open or closed. @throws TypeError when two of its hops have one name. */
export const describe = (flow: Deployable | { readonly name: string }): FlowDescription =>
  describePlan(plan(definitionOf('describe', flow)))

/** Describes a plan. */
export const describePlan = (p: Plan): FlowDescription => {
  const d = p.definition
  const rest = d.rest
  return {
    flow: d.name,
    version: d.version,
    ...(d.source !== undefined && { source: d.source.name }),
    first: p.first,
    hops: [...p.hops.values()].map((h) => hopOf(p, h)),
    errors:
      rest === undefined
        ? []
        : 'all' in rest
          ? [{ tag: '*', to: routeText(rest.all) }]
          : Object.entries(rest.byTag).map(([tag, r]) => ({ tag, to: routeText(r) })),
    ...(Object.keys(d.renamed).length > 0 && { renamed: d.renamed }),
  }
}

const hopOf = (p: Plan, h: Hop): HopDescription => {
  const step = h.effect?.step
  const reads = h.destinations.map((to) => to.name).filter((name) => name !== step?.destination?.name)
  const seen = new Map<string, string>()
  for (const line of h.program.lines)
    for (const f of p.handlers(line))
      if (f.tag !== undefined && !seen.has(f.tag))
        seen.set(
          f.tag,
          f.as === 'route' ? routeText(f.route) : `recover, on to ${hopsOf(f.next).join(', ') || 'done'}`,
        )
  return {
    name: h.name,
    steps: h.program.lines.map((l) => l.name),
    ...(step !== undefined && { effect: step.effect }),
    ...(step?.destination !== undefined && { destination: step.destination.name }),
    ...(reads.length > 0 && { reads: [...new Set(reads)] }),
    next: nextOf(h.end),
    errors: [...seen].map(([tag, to]) => ({ tag, to })),
  }
}

const nextOf = (end: End): HopDescription['next'] => {
  const labelled = (next: Next, label: string): HopDescription['next'] =>
    hopsOf(next).map((hop) => ({ hop, label }))
  switch (end.as) {
    case 'next':
      return ways(end.next)
    case 'split': {
      const joined = end.join === undefined ? [] : [{ hop: end.join.hop, label: 'joined' }]
      const watch = end.watch === undefined ? [] : [{ hop: end.watch, label: 'run' }]
      return [
        ...labelled(end.item, 'each'),
        ...joined,
        ...hopsOf(end.after).map((hop) => ({ hop })),
        ...watch,
      ]
    }
    case 'run':
      return end.report === undefined ? [] : labelled(end.report, 'report')
    case 'choose':
      return end.cases.flatMap((c) => labelled(c.branch, c.name))
    case 'node':
      return Object.entries(end.outs).flatMap(([to, next]) =>
        to === 'next' ? ways(next) : labelled(next, to),
      )
  }
}

const ways = (next: Next): HopDescription['next'] => {
  if (next.as !== 'gather') return hopsOf(next).map((hop) => ({ hop }))
  const branches = next.branches.flatMap((b) => hopsOf(b.next).map((hop) => ({ hop })))
  return [...branches, { hop: next.join, label: 'joined' }]
}

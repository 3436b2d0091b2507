import type { Destination } from '../destination/destination.js'
import type { Definition } from '../flow/op.js'
import type { Capabilities } from '../ports/journal.js'
import type { Hop } from '../plan/hop.js'
import { RUNTIME } from '../plan/alert-names.js'
import { plan, type Plan } from '../plan/plan.js'
import { routeOf, type AlertTarget, type RouteData, type RouteFor } from '../route/route.js'
import type { Deployable } from '../route/deployable.js'
import { alertHop } from './alerts.js'
import type { Checked, RuntimeOptions } from './options.js'
import { Registry } from './registry.js'

/** The flows of a runtime, planned and checked. */
export interface Deployment {
  readonly plans: readonly Plan[]
  readonly byName: ReadonlyMap<string, Plan>
  readonly registry: Registry
  readonly destinations: readonly Destination[]
}

/** Plans every flow. @throws TypeError for flows that cannot be deployed together, or on this journal. */
export const deploy = (o: RuntimeOptions, checked: Checked): Deployment => {
  const plans = o.flows.map((f) => plan(definitionOf(f)))
  const byName = new Map<string, Plan>()
  for (const p of plans) {
    const { name } = p.definition
    if (byName.has(name)) throw new TypeError(`createRuntime: flows: two flows are named "${name}"`)
    byName.set(name, p)
  }
  const registry = new Registry()
  for (const p of plans) {
    checkCapabilities(p, o.journal.can)
    for (const hop of p.hops.values()) add(registry, checked, p, hop)
    for (const [old, now] of Object.entries(p.definition.renamed)) rename(registry, p, old, now)
    const routes = routesOf(p)
    for (const to of diverts(routes)) checkDivert(p, byName.get(to.name), to.name, 'Failed')
    for (const to of nodeDiverts(p)) checkDivert(p, byName.get(to.name), to.name, '…')
    for (const target of alertTargets(routes))
      add(
        registry,
        checked,
        alertPlan(p.definition.name),
        alertHop(p.definition.name, o.alertStep?.(target) ?? target, o.journal),
      )
  }
  if (o.alert !== undefined)
    add(
      registry,
      checked,
      alertPlan(RUNTIME),
      alertHop(RUNTIME, o.alertStep?.(o.alert) ?? o.alert, o.journal),
    )
  checkLimits(registry, checked)
  const destinations = registry.all().flatMap(([, d]) => d.hop.destinations)
  return { plans, byName, registry, destinations: [...new Set(destinations)] }
}

const checkLimits = (registry: Registry, checked: Checked): void => {
  const known = new Set(registry.all().map(([, d]) => `${d.ref.flow}/${d.ref.hop}`))
  for (const name of Object.keys(checked.hops))
    if (!known.has(name))
      throw new TypeError(
        `createRuntime: concurrency.hops: expected a hop of these flows, got "${name}"; they are ${[...known].join(', ')}`,
      )
}

const definitionOf = (f: Deployable): Definition => {
  const d = (f as unknown as { definition?: Definition } | undefined)?.definition
  if (d === undefined) throw new TypeError('createRuntime: flows: expected flows made by flow(name)')
  if (d.rest === undefined)
    throw new TypeError(`createRuntime: flow "${d.name}" is open: close it with onError or otherwise`)
  return d
}

const add = (registry: Registry, checked: Checked, p: Plan, hop: Hop): void =>
  registry.add({
    plan: p,
    hop,
    ref: { flow: hop.flow, hop: hop.name },
    limit: checked.hops[`${hop.flow}/${hop.name}`] ?? checked.perHop,
    timed: p.definition.accept.deadline !== undefined,
  })

const rename = (registry: Registry, p: Plan, old: string, now: string): void => {
  const flow = p.definition.name
  const to = registry.get({ flow, hop: now })
  if (to === undefined) {
    const known = [...p.hops.keys()].join(', ')
    throw new TypeError(
      `flow "${flow}": renamed: "${old}" to "${now}", but it has no such hop; its hops: ${known}`,
    )
  }
  if (p.hops.has(old)) throw new TypeError(`flow "${flow}": renamed: "${old}" is still the name of a hop`)
  registry.alias({ flow, hop: old }, to)
}

const checkCapabilities = (p: Plan, can: Capabilities): void => {
  const { name, accept } = p.definition
  const missing = (what: string): never => {
    throw new TypeError(`flow "${name}" needs ${what}, which its journal cannot do`)
  }
  if ((accept.key !== undefined || accept.latest !== undefined) && !can.keyOrder) missing('order by key')
  if (accept.latest !== undefined && !can.latest) missing('the latest version of a key')
}

const checkDivert = (from: Plan, to: Plan | undefined, name: string, input: string): void => {
  const what = `createRuntime: flow "${from.definition.name}" diverts to "${name}", which`
  if (to === undefined) throw new TypeError(`${what} is not among flows`)
  if (to.definition.source !== undefined)
    throw new TypeError(
      `${what} has a source of its own; divert to a flow that begins with input<${input}>()`,
    )
}

/** Every route of a flow, as data. */
const routesOf = (p: Plan): readonly RouteData[] => {
  const out: RouteData[] = []
  const take = (r: RouteFor<never>): void => {
    if (!('cases' in r)) return spread(routeOf(r), out)
    for (const [, then] of r.cases) spread(routeOf(then), out)
    spread(routeOf(r.orElse), out)
  }
  const rest = p.definition.rest
  if (rest !== undefined) ('all' in rest ? [rest.all] : Object.values(rest.byTag)).forEach(take)
  for (const h of p.allHandlers) if (h.as === 'route' || h.as === 'ends') take(h.route)
  return out
}

const spread = (d: RouteData, out: RouteData[]): void => {
  out.push(d)
  if (d.verb === 'byKind') for (const k of Object.values(d.kinds)) spread(k, out)
  if (d.verb === 'retry') spread(d.orElse, out)
}

const diverts = (routes: readonly RouteData[]): readonly Deployable[] =>
  routes.flatMap((d) => (d.verb === 'divert' ? [d.to] : []))

const nodeDiverts = (p: Plan): readonly Deployable[] =>
  [...p.hops.values()].flatMap(({ end }) => (end.as === 'node' ? (end.node.divertsTo ?? []) : []))

const alertTargets = (routes: readonly RouteData[]): readonly AlertTarget[] => {
  const byName = new Map<string, AlertTarget>()
  for (const d of routes) {
    if (d.verb === 'byKind') continue
    for (const alert of d.alerts ?? []) {
      const known = byName.get(alert.name)
      if (known !== undefined && known !== alert)
        throw new TypeError(`createRuntime: two alert targets are named "${alert.name}"`)
      byName.set(alert.name, alert)
    }
  }
  return [...byName.values()]
}

/** The plan behind alerts: the default routes, and so no alert about an alert. */
const alertPlan = (name: string): Plan => plan({ ...EMPTY, name })

const EMPTY: Definition = {
  name: RUNTIME,
  version: 1,
  renamed: {},
  upcast: {},
  source: undefined,
  accept: {},
  ops: [],
  rest: undefined,
  env: undefined as never,
  events: undefined,
}

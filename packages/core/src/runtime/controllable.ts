import type { Controlled } from '../operate/controlled.js'
import type { Deployment } from './deploy.js'

/**
 * What somebody names to be paused or resumed, checked.
 *
 * @throws TypeError naming what there is, when there is no such flow, hop, intake or destination.
 */
export const controllable = (
  { byName, registry }: Deployment,
  destinations: ReadonlyMap<string, unknown>,
  what: Controlled,
  verb: 'pause' | 'resume',
): Controlled => {
  const fail = (option: string, got: unknown, there: Iterable<string>): never => {
    const names = [...new Set(there)].map((name) => JSON.stringify(name)).join(', ')
    throw new TypeError(
      `runtime.${verb}: ${option}: got ${typeof got === 'string' ? JSON.stringify(got) : typeof got}; there is ${names || 'none'}`,
    )
  }
  if (typeof what !== 'object' || what === null)
    throw new TypeError(
      `runtime.${verb}: expected { flow }, { flow, hop }, { intake } or { destination }, got ${what === null ? 'null' : typeof what}`,
    )
  if ('destination' in what) {
    const { destination } = what
    return destinations.has(destination)
      ? { destination }
      : fail('destination', destination, destinations.keys())
  }
  if ('intake' in what) {
    const { intake } = what
    const fed = [...byName.values()].filter((p) => p.definition.source !== undefined)
    const names = fed.map((p) => p.definition.name)
    return names.includes(intake) ? { intake } : fail('intake', intake, names)
  }
  const { flow, hop } = what
  if (!byName.has(flow)) return fail('flow', flow, byName.keys())
  if (hop === undefined) return { flow }
  const found = typeof hop === 'string' ? registry.get({ flow, hop }) : undefined
  if (found !== undefined) return { flow, hop: found.ref.hop }
  const hops = registry.all().flatMap(([ref]) => (ref.flow === flow ? [ref.hop] : []))
  return fail(`hop of flow "${flow}"`, hop, hops)
}

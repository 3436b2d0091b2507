import { SYSTEMS, type TargetName } from '../shared/evidence.ts'
import { deliveriesOf, type Delivered } from './deliveries.ts'
import type { Evidence } from './evidence.ts'
import { versionName } from './finding.ts'
import { newestOf } from './newest.ts'

/** One delivery: when it was acknowledged, and when it was with its target. Epoch milliseconds. */
interface Trip {
  readonly from: number
  readonly to: number
}

/** How fast a target got what it got. */
export interface Speed {
  readonly perSecond: number
  /** From acknowledgement to delivery, ascending: milliseconds. */
  readonly waits: readonly number[]
}

/** Outages, the kill and the replay included. Of VIP: until the newest version of an asset was published. */
export const speedOf = (evidence: Evidence): Readonly<Record<TargetName, Speed>> => ({
  site: speedIn(toOthers(evidence, 'site')),
  portal: speedIn(toOthers(evidence, 'portal')),
  vip: speedIn(toVip(evidence)),
  tracking: speedIn(toOthers(evidence, 'tracking')),
})

const speedIn = (trips: readonly Trip[]): Speed => {
  const took = Math.max(...trips.map(({ to }) => to)) - Math.min(...trips.map(({ from }) => from))
  return {
    perSecond: trips.length === 0 ? 0 : (1000 * trips.length) / Math.max(1, took),
    waits: trips.map(({ from, to }) => Math.max(0, to - from)).sort((a, b) => a - b),
  }
}

/** What a part `q` of ascending numbers is not above; 0 of none. */
export const quantile = (ascending: readonly number[], q: number): number =>
  ascending[Math.floor(q * (ascending.length - 1))] ?? 0

const toOthers = (evidence: Evidence, target: Exclude<TargetName, 'vip'>): readonly Trip[] => {
  const { acknowledged, events, requests, tracking } = evidence
  if (target === 'tracking')
    return trips(
      deliveriesOf(tracking, ({ event }) => event),
      new Map([...events.values()].map(({ id, at }) => [id, at])),
    )
  const from = new Map([...acknowledged.values()].map((a) => [versionName(a.thing, a.version), a.at]))
  return trips(
    deliveriesOf(requests[target], ({ thing, version }) => versionName(thing, version)),
    from,
  )
}

const trips = (took: ReadonlyMap<string, Delivered>, from: ReadonlyMap<string, number>): readonly Trip[] =>
  [...took.values()].flatMap(({ name, times }) => {
    const at = from.get(name)
    return at === undefined ? [] : [{ from: at, to: times[0]! }]
  })

const PUBLISHED = /^\/assets\/([^/]+)\/publication$/

const toVip = (evidence: Evidence): readonly Trip[] => {
  const publishedAt = new Map<string, number>()
  for (const { method, path, status, ended } of evidence.exchanges) {
    const id = PUBLISHED.exec(path)?.[1]
    if (method === 'PUT' && id !== undefined && status >= 200 && status < 300)
      publishedAt.set(id, Math.max(ended, publishedAt.get(id) ?? 0))
  }
  const newest = newestOf(evidence, 'asset.publish')
  return evidence.vip.assets.flatMap(({ id, source }) => {
    const [from, to] = [newest.get(source)?.at, publishedAt.get(id)]
    return from === undefined || to === undefined ? [] : [{ from, to }]
  })
}

/** From the first acknowledgement to the last delivery: milliseconds. */
export const wholeTime = ({ acknowledged, requests, tracking }: Evidence): number => {
  const first = Math.min(...[...acknowledged.values()].map(({ at }) => at))
  const last = Math.max(
    ...[...SYSTEMS.flatMap((system) => requests[system]), ...tracking].map(({ at }) => at),
  )
  return Math.max(0, last - first)
}

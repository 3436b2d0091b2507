import { SYSTEMS, type SystemName } from '../shared/systems.ts'
import { deliveriesOf, nameOf } from './deliveries.ts'
import type { Evidence } from './evidence.ts'

/** How fast it was. Milliseconds. */
export interface Speed {
  /** From the first acknowledgement to the last delivery. */
  readonly took: number
  readonly deliveries: number
  /** From a webhook's acknowledgement to its delivery. */
  readonly latency: Readonly<Record<SystemName, { readonly p50: number; readonly p99: number }>>
}

export const speedOf = ({ acknowledged, requests }: Evidence): Speed => {
  const at = new Map([...acknowledged.values()].map((a) => [nameOf(a), a.at]))
  let last = 0
  let deliveries = 0
  const latency: Partial<Record<SystemName, { p50: number; p99: number }>> = {}
  for (const system of SYSTEMS) {
    const took = deliveriesOf(requests[system])
    deliveries += took.size
    const waits: number[] = []
    for (const [name, { first }] of took) {
      last = Math.max(last, first)
      // The receiver may have written before the sender had its answer.
      waits.push(Math.max(0, first - (at.get(name) ?? first)))
    }
    waits.sort((a, b) => a - b)
    const quantile = (q: number): number => waits[Math.floor(q * (waits.length - 1))] ?? 0
    latency[system] = { p50: quantile(0.5), p99: quantile(0.99) }
  }
  const began = Math.min(...at.values())
  return { took: last - began, deliveries, latency: latency as Speed['latency'] }
}

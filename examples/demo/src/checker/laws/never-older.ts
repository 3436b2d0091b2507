import { counted } from '@xconnector/example-kit/words'
import { SYSTEMS } from '../../shared/evidence.ts'
import type { Evidence } from '../evidence.ts'
import { versionName, when, whenAny, type Law } from '../finding.ts'

interface Step {
  readonly thing: string
  readonly version: number
  readonly applied: boolean
}

const staleAt = (target: string, lines: readonly Step[]): readonly string[] => {
  const newest = new Map<string, number>()
  const stale: { readonly name: string; readonly after: number }[] = []
  for (const { thing, version, applied } of lines) {
    if (!applied) continue
    const before = newest.get(thing) ?? 0
    if (version < before) stale.push({ name: versionName(thing, version), after: before })
    newest.set(thing, Math.max(before, version))
  }
  return whenAny(
    stale,
    (n, { name, after }) =>
      `stale: ${target} got an older version after a newer one ${counted(n, 'time')}, such as ${name} after v${after}`,
  )
}

/** Versions of entries that the CMS told of after the site and the portal had a newer one. */
const lateOnes = ({ acknowledged, requests }: Evidence): number => {
  const tookAt = SYSTEMS.map((system) => {
    const took = new Map<string, { readonly version: number; readonly at: number }[]>()
    for (const { thing, version, at, applied } of requests[system])
      if (applied) took.set(thing, [...(took.get(thing) ?? []), { version, at }])
    return took
  })
  return [...acknowledged.values()].filter(({ phase, thing, version, at }) => {
    const isAt = (took: (typeof tookAt)[number]): boolean =>
      (took.get(thing) ?? []).some((one) => one.version > version && one.at < at)
    return phase === 'late' && tookAt.every(isAt)
  }).length
}

/** Nothing old goes out after something newer, although old things came late. */
export const neverOlder: Law = (evidence) => {
  const late = lateOnes(evidence)
  const { requests, tracking } = evidence
  const told = tracking.map(({ asset, sequence, applied }) => ({ thing: asset, version: sequence, applied }))
  return {
    holds:
      `nobody got an older version after a newer one, though ${counted(late, 'older version')} came after ` +
      'the newer ones had been delivered',
    broken: [
      ...SYSTEMS.flatMap((system) => staleAt(system, requests[system])),
      ...staleAt('tracking', told),
      ...when(
        late === 0,
        () => 'no older version came after a newer one had been delivered: nothing is shown',
      ),
    ],
  }
}

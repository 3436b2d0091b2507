import {
  byKind,
  createDestination,
  flow,
  retry,
  right,
  target,
  type Deployable,
  type Source,
  type Target,
} from '@xconnector/core'
import {
  law,
  laws,
  type Ledger,
  type SimulateOptions,
  type Simulation,
  type World,
} from '@xconnector/core/testing'
import { Down } from './failures.ts'

/** A version of an asset, as a webhook brings it. */
export type Asset = { readonly uid: string; readonly version: number }

const webhook: Source<Asset> = {
  name: 'cms',
  single: false,
  decode: (raw) => right(raw as Asset),
  start: () => ({ stop() {} }),
}

const remote = <F extends 'keyed' | 'idempotent'>(name: string, effect: F): Target<Asset, unknown, Down> =>
  target<Asset, unknown, Down, F>({
    name,
    destination: createDestination({ name, circuit: { failures: 3, open: '2s' } }),
    effect,
    call: () => {
      throw new TypeError(`${name} is not there: the simulation stands in for it`)
    },
  }) as Target<Asset, unknown, Down>

/** Only the newest version of an asset is delivered, whatever order they come in. */
export const assets: Deployable = flow('assets')
  .from(webhook, { latest: { key: (a) => a.uid, version: (a) => a.version } })
  .to(remote('store', 'idempotent'))
  .to(remote('index', 'keyed'))
  .otherwise(byKind({ transient: retry({ initial: '200ms', max: '5s', attempts: 20 }) }))

export const assetsWorld = (sim: Simulation): World => {
  for (let n = 0; n < 10; n++)
    sim.send(assets, { uid: `a${sim.below(3)}`, version: 1 + sim.below(6) }, { at: sim.below(6000) })
  const answer = async (): Promise<Down | object> => {
    await sim.pause()
    return sim.chance(0.15) ? new Down({}) : {}
  }
  return { steps: { store: answer, index: answer } }
}

/** The newest version that was accepted of each asset is what each target has in the end. */
const newestWins = law('newestWins', ({ calls, entries, sent }: Ledger) => {
  const newest = new Map<string, number>()
  for (const { entry, by } of entries.values())
    if (by.as === 'accept' && entry.latest !== undefined)
      newest.set(entry.latest.key, Math.max(newest.get(entry.latest.key) ?? 0, Number(entry.latest.version)))
  for (const target of ['store', 'index'])
    for (const [uid, version] of newest) {
      const taken = calls.filter((c) => c.target === target && c.took > 0)
      const has = taken.some(
        (c) => (JSON.parse(c.body) as Asset).uid === uid && c.body.includes(`"version":${version}`),
      )
      if (!has) return `${target} never took version ${version} of ${uid}`
    }
  return sent.some((s) => s.heard.length === 0) ? 'a sender has no answer' : undefined
})

export const assetsOptions: Omit<SimulateOptions, 'seed' | 'seeds'> = {
  world: assetsWorld,
  processes: (seed) => 1 + (seed % 2),
  within: '1h',
  invariants: [...laws.all, newestWins],
}

import { byKind, createDestination, flow, retry, target, type Deployable } from '@xconnector/core'
import { poll } from '@xconnector/core/patterns'
import { laws, type SimulateOptions, type Simulation, type World } from '@xconnector/core/testing'
import * as t from 'io-ts'
import { Down } from './failures.ts'

const Item = t.type({ sku: t.string, at: t.number })
type Item = t.TypeOf<typeof Item>

const shelf = target<Item, unknown, Down, 'idempotent'>({
  name: 'shelf',
  destination: createDestination({ name: 'shelf', circuit: false }),
  effect: 'idempotent',
  call: () => {
    throw new TypeError('shelf is not there: the simulation stands in for it')
  },
})

/** What the remote has: items that turn up in the first minute, in the order of their time. */
const stockOf = (sim: Simulation): readonly Item[] => {
  let at = 0
  const all = Array.from({ length: 12 }, (_, n): Item => ({ sku: `s${n}`, at: (at += 1 + sim.below(8000)) }))
  return sim.feed('stock', all)
}

/** A poll by cursor: its position moves with its batch. */
export const stockScene = (): {
  readonly flows: (sim: Simulation) => readonly Deployable[]
  readonly options: Omit<SimulateOptions, 'seed' | 'seeds'>
} => {
  let items: readonly Item[] = []
  let asked = 0
  const flows = (sim: Simulation): readonly Deployable[] => {
    const start = sim.clock.now()
    const source = poll({
      name: 'stock',
      every: '5s',
      decode: Item,
      cursor: t.number,
      id: (item) => item.sku,
      async fetch(cursor) {
        await sim.pause()
        if (!sim.healed && sim.chance(0.1)) throw new Error('the stock does not answer')
        const now = sim.clock.now() - start
        asked = now
        const found = items.filter((i) => i.at > (cursor ?? 0) && i.at <= now).slice(0, 2)
        const more = found.length === 2
        return { items: found, cursor: found.at(-1)?.at ?? cursor ?? 0, more }
      },
    })
    return [
      flow('stock')
        .from(source)
        .to(shelf)
        .otherwise(byKind({ transient: retry({ initial: '200ms', max: '5s', attempts: 20 }) })),
    ]
  }
  const world = (sim: Simulation): World => {
    items = stockOf(sim)
    asked = 0
    return {
      steps: { shelf: () => (sim.chance(0.05) ? new Down({}) : {}) },
      // It has been asked since the last item turned up, and has had time to page through them.
      done: () => asked > (items.at(-1)?.at ?? 0) + 60_000,
    }
  }
  return {
    flows,
    options: { world, processes: (seed) => 1 + (seed % 2), within: '1h', invariants: laws.all },
  }
}

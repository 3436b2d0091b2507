import {
  byKind,
  createDestination,
  flow,
  retry,
  right,
  target,
  type Deployable,
  type Source,
} from '@xconnector/core'
import { laws, type SimulateOptions, type Simulation, type World } from '@xconnector/core/testing'
import { Down } from './failures.ts'

/** A payment, which must not be made twice. */
export type Payment = { readonly n: number }

const webhook: Source<Payment> = {
  name: 'till',
  single: false,
  decode: (raw) => right(raw as Payment),
  start: () => ({ stop() {} }),
}

const unsafe = (name: string) =>
  target<Payment, unknown, Down, 'unsafe'>({
    name,
    destination: createDestination({ name, circuit: false }),
    effect: 'unsafe',
    call: () => {
      throw new TypeError(`${name} is not there: the simulation stands in for it`)
    },
  })

/** One target that can be asked what became of a call, and one that cannot; two branches, so that neither repeats the other. */
export const payments: Deployable = flow('payments')
  .from(webhook, { dedupe: (p) => String(p.n) })
  .fanOut({ pay: unsafe('pay'), book: unsafe('book') })
  .otherwise(byKind({ transient: retry({ initial: '200ms', max: '5s', attempts: 20 }) }))

export const paymentsWorld = (sim: Simulation): World => {
  for (let n = 1; n <= 8; n++) sim.send(payments, { n })
  const paid = new Set<string>()
  return {
    steps: {
      pay: {
        async answer(_payment: Payment, ctx) {
          await sim.pause()
          if (sim.chance(0.1)) return new Down({})
          paid.add(ctx.key)
          return {}
        },
        reconcile: async (_payment: Payment, ctx) => (paid.has(ctx.key) ? { found: {} } : 'absent'),
      },
      book: () => (sim.chance(0.1) ? new Down({}) : {}),
    },
  }
}

export const paymentsOptions: Omit<SimulateOptions, 'seed' | 'seeds'> = {
  world: paymentsWorld,
  processes: (seed) => 1 + (seed % 2),
  within: '1h',
  invariants: laws.all,
}

import { byKind, deadLetter, flow, retry } from '@xconnector/core'
import { law, laws, simulate, type Simulation } from '@xconnector/core/testing'
import { http, json } from '@xconnector/http'
import { expect, test } from 'vitest'
import { simulatedTransport } from './support/simulated-transport.ts'

interface Order {
  readonly id: string
}

/** A shop that books each key once, fails now and then, and remembers what it was sent. */
const shop = (sim: Simulation) => {
  const booked = new Map<string, string>()
  const asked: string[] = []
  const fetch = async (request: Request): Promise<Response> => {
    const key = request.headers.get('idempotency-key') ?? ''
    const order = await request.text()
    asked.push(`${key} ${order}`)
    if (!sim.healed && sim.chance(0.1))
      return new Response('', { status: 503, headers: { 'retry-after': '1' } })
    booked.set(key, order)
    return Response.json({ booked: booked.size })
  }
  return { booked, asked, fetch }
}

const played = async (seed: number) => {
  let remote: ReturnType<typeof shop> | undefined
  const flows = (sim: Simulation) => {
    const client = http({
      name: 'shop',
      baseUrl: 'https://shop.example',
      transport: simulatedTransport(sim.network('shop', remote!.fetch)),
    })
    const book = client.target({
      name: 'book',
      method: 'POST',
      path: '/orders',
      body: json<Order>(),
      effect: 'keyed',
    })
    return [
      flow('orders')
        .input<Order>()
        .to(book)
        .otherwise(byKind({ transient: retry({ initial: '1s', upTo: '24h' }), permanent: deadLetter() })),
    ]
  }
  const done = await simulate(flows, {
    seed,
    processes: 2,
    faults: { every: 20 },
    world(sim) {
      remote = shop(sim)
      for (let n = 1; n <= 5; n++) sim.send('orders', { id: `o${n}` }, { dedupe: `o${n}` })
      return {}
    },
    invariants: [
      ...laws.all,
      law('every order is booked under one key', () => {
        const orders = [...remote!.booked.values()].toSorted()
        return new Set(orders).size === 5 && orders.length === 5 ? undefined : orders.join(' ')
      }),
    ],
  })
  return { done, asked: remote!.asked }
}

test('a client of the real thing runs over the network of a simulation: every order is booked, under one key', async () => {
  const runs = []
  for (let seed = 1; seed <= 20; seed++) runs.push(await played(seed))
  const struck = runs.reduce(
    (sum, { done: { faults } }) => sum + faults.lost + faults.refuse + faults.duplicate + faults.slow,
    0,
  )
  expect(struck).toBeGreaterThan(20)
  expect(runs.reduce((sum, { asked }) => sum + asked.length, 0)).toBeGreaterThan(20 * 5)
})

test('a seed does the same again, request by request', async () => {
  const first = await played(3)
  const again = await played(3)
  expect([again.asked, again.done.hash]).toEqual([first.asked, first.done.hash])
})

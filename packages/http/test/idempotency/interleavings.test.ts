import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  byKind,
  createRuntime,
  failure,
  flow,
  memoryJournal,
  silentLogger,
  type Journal,
} from '@xconnector/core'
import {
  ingress,
  journalIdempotency,
  memoryIdempotency,
  unsigned,
  type EndpointRequest,
  type IdempotencyStore,
} from '../../src/index.js'
import { everybody } from '../support/endpoint-kit.js'
import { dropped, scratch } from '../support/idempotency-makers.js'
import { manualClock } from '../support/manual-clock.js'

class Down extends failure('Down', 'transient')<object> {}

/** One service: its flow asks `charge` what happens, at each call. */
const service = (
  store: IdempotencyStore,
  charge: (key: string) => Promise<number | Down>,
  clock = manualClock(),
) => {
  const hooks = ingress({ clock, log: silentLogger })
  hooks.endpoint({
    method: 'POST',
    path: '/orders',
    body: z.object({ n: z.number() }),
    authorize: everybody,
    flow: flow('orders')
      .input<EndpointRequest>()
      .map('charge', (_, ctx) => charge(ctx.key)),
    failures: { Down: 503, StepFailed: 500 },
    reply: (id) => ({ status: 201, headers: { location: `/orders/${id}` } }),
    idempotency: { store, scope: () => 'all', required: true },
  })
  const order = async (key: string) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `"${key}"` }
    const r = await hooks.fetch(
      new Request('http://a.test/orders', { method: 'POST', headers, body: '{"n":1}' }),
    )
    return { status: r.status, headers: Object.fromEntries(r.headers), text: await r.text() }
  }
  return { hooks, order, clock }
}

/** Lets the calls of a store begin and end in any order. */
const shuffled = (store: IdempotencyStore, s: fc.Scheduler): IdempotencyStore => {
  const later = <A>(f: () => Promise<A>, name: string): Promise<A> =>
    s
      .schedule(Promise.resolve(), name)
      .then(f)
      .then((a) => s.schedule(Promise.resolve(a), `${name} said`))
  return {
    reserve: (ask) => later(() => store.reserve(ask), 'reserve'),
    renew: (held, until) => store.renew(held, until),
    keep: (held, answer, ends) => later(() => store.keep(held, answer, ends), 'keep'),
    free: (held) => later(() => store.free(held), 'free'),
  }
}

describe.each([
  ['in memory', async () => memoryIdempotency()],
  [
    'on a journal',
    async () => {
      const journal = memoryJournal()
      await journal.open([])
      return journalIdempotency(journal)
    },
  ],
] as const)('any interleaving of duplicates, %s,', (_, store) => {
  test('has one effect, and all who get its answer get the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 12 }),
        fc.array(fc.boolean(), { maxLength: 4 }),
        async (s, keys, failures) => {
          const effects = new Map<string, number>()
          const fails = [...failures]
          const { order } = service(shuffled(await store(), s), async (key) => {
            await s.schedule(Promise.resolve(), 'charge')
            if (fails.shift() === true) return new Down({})
            effects.set(key, (effects.get(key) ?? 0) + 1)
            const id = effects.size
            await s.schedule(Promise.resolve(), 'charged')
            return id
          })
          // Each client comes again until it has its answer.
          const client = async (key: string) => {
            for (;;) {
              const told = await order(key)
              if (told.status === 201) return { key, told }
              expect([409, 503]).toContain(told.status)
              await s.schedule(Promise.resolve(), 'come again')
            }
          }
          const told = await s.waitFor(Promise.all(keys.map(client)))
          expect([...effects.values()]).toEqual([...new Set(keys)].map(() => 1))
          for (const key of new Set(keys)) {
            const [first, ...rest] = told.filter((t) => t.key === key)
            for (const again of rest) expect(again.told).toEqual(first!.told)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('across a restart, on SQLite', () => {
  const started = async (journal: Journal) => {
    const hooks = ingress()
    const source = hooks.webhook({ path: '/x', body: z.unknown(), verify: unsigned({ because: 'a test' }) })
    const runtime = createRuntime({
      flows: [flow('x').from(source).otherwise(byKind())],
      journal,
      log: silentLogger,
    })
    await runtime.start()
    return runtime
  }

  test('a repeat gets the answer that was kept before it', async () => {
    const { next, clean } = await scratch()
    let effects = 0
    const charge = async () => ++effects
    const one = next()
    const runtime = await started(one)
    const before = await service(journalIdempotency(one), charge).order('k')
    await runtime.stop()
    const two = next()
    const after = service(journalIdempotency(two), charge)
    // Nobody has opened it yet.
    const early = await after.order('k')
    const again = await started(two)
    expect(await after.order('k')).toEqual(before)
    await again.stop()
    const late = await after.order('k')
    await clean()
    expect([before.status, early.status, late.status, effects]).toEqual([201, 503, 503, 1])
  })

  test('a request that was under way is in doubt until its lease ends, and is then done under the same key', async () => {
    const { next, clean } = await scratch()
    const keys: string[] = []
    const one = next()
    const killed = await started(one)
    const clock = manualClock()
    const never = service(
      journalIdempotency(one),
      (key) => (keys.push(key), new Promise<never>(() => {})),
      clock,
    )
    void never.order('k')
    while (keys.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await dropped(one)
    await killed.stop()
    const two = next()
    const runtime = await started(two)
    const after = service(
      journalIdempotency(two),
      async (key) => keys.push(key),
      manualClock(clock.now() + 29_999),
    )
    const doubt = await after.order('k')
    after.clock.advance(1)
    const done = await after.order('k')
    await runtime.stop()
    await clean()
    expect([doubt.status, doubt.headers['retry-after'], done.status]).toEqual([409, '1', 201])
    expect([keys.length, new Set(keys).size]).toEqual([2, 1])
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byKind, deadLetter, failure, flow, retry, type Alert, type Deployable } from '../../src/index.js'
import {
  aggregate,
  batch,
  failover,
  idempotent,
  recipients,
  saga,
  settleWindow,
  throttle,
  wireTap,
} from '../../src/patterns/index.js'
import { whatIf, type Replies } from '../../src/what-if/index.js'
import type { Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { untouched } from './remotes.js'

class Odd extends failure('Odd', 'permanent')<object> {}
class Down extends failure('Down', 'transient')<object> {}

const to = (name: string) => untouched<unknown, { readonly n: number }>(name)
const key = (o: Order): string => o.key ?? ''
const start = () => flow('orders').from(orders(), { key, dedupe: (o) => `${o.n}` })

/** Flows of every shape that the journal sees, each made anew. */
const flows: Readonly<Record<string, () => Deployable>> = {
  newest: () =>
    flow('orders')
      .from(orders(), { latest: { key, version: (o) => o.n } })
      .to(to('put'))
      .otherwise(byKind()),
  split: () =>
    start()
      .split(
        'part',
        (o) => [o.n, o.n + 1, o.n + 1],
        (s) => s.choose((c) => c.when('odd', (n) => n % 2 === 1, to('odd')).otherwise(to('even'))),
      )
      .otherwise(byKind()),
  gather: () =>
    start()
      .gather({ a: to('a'), b: (s) => s.map('b', () => new Odd({})).to(to('b')) }, { settle: 'bestEffort' })
      .map('both', () => ({ n: 1 }))
      .to(to('put'))
      .otherwise(byKind()),
  grouped: () =>
    start()
      .through(
        aggregate('sum', {
          key,
          into: { start: (o: Order) => o.n, add: (sum: number, o: Order) => sum + o.n },
          size: 3,
          within: '1h',
        }),
      )
      .to(to('put'))
      .otherwise(deadLetter()),
  batched: () =>
    start()
      .through(batch('b', { size: 4, within: '1m' }))
      .to(to('put'))
      .otherwise(deadLetter()),
  settled: () =>
    start()
      .through(settleWindow('s', { key, quiet: '30s', most: '10m', version: (o) => o.n }))
      .to(to('put'))
      .otherwise(deadLetter()),
  trip: () =>
    start()
      .through(
        saga('trip')
          .input<Order>()
          .step('one', to('a'), { undo: to('undo') })
          .step('two', to('down')),
      )
      .otherwise(byKind()),
  received: () =>
    start()
      .through(wireTap('copy', to('archive')))
      .through(idempotent('once', { key: (o) => key(o), window: '7d' }, to('put')))
      .otherwise(byKind()),
  many: () =>
    start()
      .via(throttle('slow', { limit: 2, per: '1s' }))
      .delay('a day', '24h')
      .to(failover('send', [to('down'), to('put')]))
      .through(recipients('who', { a: to('a'), b: to('b') }, (o) => (o.n % 2 === 0 ? ['a'] : ['b', 'a'])))
      .otherwise(
        byKind({ transient: retry({ attempts: 3 }).orElse(deadLetter().alert(untouched<Alert>('pager'))) }),
      ),
}

const replies: Readonly<Record<string, Replies>> = {
  gather: { a: { n: 1 } },
  trip: { a: { n: 1 }, down: () => new Odd({}) },
  many: { a: () => new Down({}) },
}

const entry = fc.record({
  raw: fc.record({ n: fc.oneof(fc.nat(4), fc.constant('no number')), key: fc.constantFrom('x', 'y', '') }),
})

test.each(Object.keys(flows))('a flow beside itself: nothing differs, of any messages (%s)', async (name) => {
  const make = flows[name]!
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 25 }),
      fc.constantFrom(3, 1000),
      async (entries, batched) => {
        const r = await whatIf(make(), {
          entries,
          against: make(),
          batch: batched,
          replies: replies[name] ?? {},
        })
        expect([r.messages, r.same, r.groups]).toEqual([entries.length, entries.length, []])
      },
    ),
    { numRuns: 10, seed: 7 },
  )
})

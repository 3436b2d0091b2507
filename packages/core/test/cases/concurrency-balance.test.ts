import { describe, test } from 'vitest'
import { byKind, flow, retry } from '../../src/index.js'
import type { Interleaving } from '../../src/testing/index.js'
import { balanced, counted } from '../semantics/counted.js'
import { Bad, Down, fine, remote } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { agree, holds } from './concurrency-holds.js'
import { Ledger } from './concurrency-ledger.js'

const soon = byKind({ transient: retry({ initial: '50ms', max: '200ms', attempts: 20 }) })

/** Every structure that branches or goes on after a failure. */
const everything = flow('f')
  .from(orders(), { dedupe: (b) => String(b.n) })
  .to(remote<Down | Bad>('first', () => ({})))
  .recover('Bad', (e) => ({ n: e.status ?? -1 }))
  .choose((c) =>
    c
      .when(
        'even',
        (b) => b.n % 2 === 0,
        (s) => s.map('same', (b) => ({ n: b.n })),
      )
      .otherwise((s) => s.to(remote<Down>('odd', () => ({})))),
  )
  .split(
    'parts',
    (b) => [{ n: b.n * 10 }, { n: b.n * 10 + 1 }],
    (s) =>
      s.fanOut({
        a: remote<Down>('a', () => ({})),
        b: (x) => x.filter('all but 31', (p) => p.n !== 31).to(fine('b')),
      }),
  )
  .otherwise(soon)

const law = async (run: Interleaving): Promise<void> => {
  const down = (of: number): Down | undefined => (run.chance(of) ? new Down({}) : undefined)
  const first = new Ledger(run, 'first', ({ n }) => (n === 2 ? new Bad({ status: 2 }) : down(0.2)))
  const odd = new Ledger(run, 'odd', () => down(0.2))
  const a = new Ledger(run, 'a', ({ n }) => (n === 30 ? new Bad({}) : down(0.1)))
  const b = new Ledger(run, 'b')
  const replace = { first: first.stand, odd: odd.stand, a: a.stand, b: b.stand }
  await using t = run.testFlow(everything, { replace })
  await Promise.all([2, 3].map((n) => run.insist(() => t.give({ n }))))
  if (run.chance(0.5)) {
    await t.run(run.below(120))
    agree(balanced(await t.runtime.counts()), true)
  }
  const { pending, dead } = await t.settle()
  const counts = await t.runtime.counts()
  const entered = (hop: string): number => counted(counts, 'in', hop)
  agree([pending, balanced(counts), entered('first')], [0, true, 2])
  agree(
    dead.map((d) => [d.hop, d.body]),
    [['parts/item/a', { n: 30 }]],
  )
  agree([first.numbers(), odd.numbers()], [[3], [3]])
  agree([a.numbers(), entered('parts/item/a')], [[20, 21, 31], 4])
  agree([b.numbers(), entered('parts/item/b/b')], [[20, 21, 30], 4])
}

describe('in many orders, in which calls overtake each other, processes are killed and the journal fails,', () => {
  test('the books balance at every rest, and each branch of each message ends where it belongs', () =>
    holds(law, { reject: 0.01, crash: 0.005 }))
})

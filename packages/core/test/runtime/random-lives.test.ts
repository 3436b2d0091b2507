import { describe, expect, test } from 'vitest'
import {
  byKind,
  flow,
  memoryJournal,
  memoryStore,
  retry,
  seededRandom,
  type Random,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, Cut, Down, inputs, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { faultyJournal, type Write } from './faulty-journal.js'

const LIVES = 40

/** A remote that takes a while, and now and then refuses, fails for good, or leaves everybody in doubt. */
const moody = (name: string, random: Random, effect: 'keyed' | 'unsafe') => {
  const effects: Order[] = []
  const to = remote<Down | Bad | Cut>(
    name,
    async (b, ctx) => {
      const mood = random.next()
      await ctx.clock.sleep(Math.floor(random.next() * 500))
      if (mood < 0.15) return new Down({})
      if (mood < 0.2) return new Bad({})
      effects.push(b)
      return mood < 0.25 ? new Cut({}) : {}
    },
    { effect },
  )
  return Object.assign(to, { effects })
}

const many = <A>(all: readonly A[], one: A): number => all.filter((x) => x === one).length
const numbers = (all: readonly Order[]): readonly number[] => all.map((b) => b.n)

/** One service through a life of messages, crashes, restarts and, if `faulty`, failing writes, decided by a seed. */
const live = async (seed: number, faulty: boolean) => {
  const random = seededRandom(seed)
  const first = moody('first', random, 'keyed')
  const keyed = moody('keyed', random, 'keyed')
  const unsafe = moody('unsafe', random, 'unsafe')
  const f = flow('f')
    .from(orders(), { key: (b) => String(b.key), dedupe: (b) => String(b.n) })
    .to(first)
    .fanOut({ keyed, unsafe: (s) => s.filter('odd', (b) => b.n % 2 === 1).to(unsafe) })
    .otherwise(byKind({ transient: retry({ initial: '50ms', max: '2s', attempts: 30 }) }))
  const store = memoryStore()
  // A start that cannot write is another matter: what runs is what is tried here.
  const fails = (call: Write): boolean =>
    call !== 'accept' && call !== 'read' && faulty && random.next() < 0.05
  const t = testFlow(f, {
    seed,
    runtime: { grace: '200ms' },
    journal: (clock) => faultyJournal(memoryJournal({ clock, store }), fails),
  })
  const accepted: Order[] = []
  for (let n = 0; n < 30; n++) {
    const order = { n, key: 'abc'[Math.floor(random.next() * 3)]! }
    const { as } = await t.give(order)
    if (as === 'accepted') accepted.push(order)
    if (random.next() < 0.2) await t.give(order)
    if (random.next() < 0.5) await t.run(Math.floor(random.next() * 400))
    const fate = random.next()
    if (fate < 0.12) await t.restart()
    else if (fate < 0.18) await t.restart({ clean: true })
  }
  const report = await t.settle()
  const counts = await t.runtime.counts()
  await t.stop()
  return { report, counts, accepted, first, keyed, unsafe }
}

describe('whatever happens to a service', () => {
  test(`in ${LIVES} random lives, nothing is lost, nothing unsafe is repeated, and every key keeps its order`, async () => {
    for (let seed = 1; seed <= LIVES; seed++) {
      const { report, counts, accepted, first, keyed, unsafe } = await live(seed, seed % 2 === 0)
      expect([seed, report.pending, balanced(counts)]).toEqual([seed, 0, true])
      expect([seed, accepted.length]).toEqual([seed, 30])
      const dead = (hop: string): readonly number[] =>
        numbers(report.dead.filter((d) => d.hop === hop).map((d) => d.body as unknown as Order))
      const through = accepted.filter((b) => !dead('first').includes(b.n))
      for (const { n } of through) {
        // Every branch of every message ended: in an effect, or as a dead letter.
        expect([seed, n, many(numbers(keyed.effects), n) > 0 || many(dead('keyed'), n) === 1]).toEqual([
          seed,
          n,
          true,
        ])
        const sent = many(numbers(unsafe.effects), n)
        const inDoubt = many(dead('unsafe/unsafe'), n)
        if (n % 2 === 0) expect([seed, n, sent, inDoubt]).toEqual([seed, n, 0, 0])
        else expect([seed, n, sent <= 1, sent + inDoubt >= 1]).toEqual([seed, n, true, true])
      }
      // One idempotency key a message and hop, whatever happened.
      for (const { n } of accepted)
        expect(new Set(first.calls.filter((c) => c.input.n === n).map((c) => c.key)).size).toBe(1)
      for (const key of 'abc') {
        const seen = numbers(inputs(first).filter((b) => b.key === key))
        const begun = [...new Set(seen)]
        expect([seed, key, begun]).toEqual([seed, key, begun.toSorted((a, b) => a - b)])
        // No message was begun before the one before it had ended.
        expect([seed, key, seen]).toEqual([seed, key, seen.toSorted((a, b) => a - b)])
      }
    }
  })
})

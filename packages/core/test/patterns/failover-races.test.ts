import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  flow,
  isFailure,
  retry,
  type Deployable,
  type Seen,
  type Target,
} from '../../src/index.js'
import { failover } from '../../src/patterns/failover.js'
import { roundRobin } from '../../src/patterns/round-robin.js'
import { interleavings, type Interleaving } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Cut, Down, remote, type Order, type Remote } from '../semantics/remote.js'
import { SEEDS } from '../seeds.js'

/** A remote that refuses, loses its answer, or does what it is asked; it does so once for a key. */
const shaky = (run: Interleaving, name: string, did: Map<string, Set<string>>): Remote<Order, Down | Cut> =>
  remote<Down | Cut>(
    name,
    async (_order, { key }) => {
      await run.pause(`${name} is asked`)
      if (run.chance(0.3)) return new Down({})
      const lost = run.chance(0.1)
      if (!lost || run.chance(0.5)) did.set(key, (did.get(key) ?? new Set()).add(name))
      await run.pause(`${name} answers`)
      return lost ? new Cut({}) : {}
    },
    {
      seen: (reply): Seen => ({
        as: !isFailure(reply) ? 'ok' : reply._tag === 'Cut' ? 'ambiguous' : 'refused',
      }),
    },
  )

const closed = (to: Target<Order, unknown, Down | Cut>): Deployable =>
  flow('f')
    .input<Order>()
    .to(to)
    .otherwise(byKind({ transient: retry({ initial: '1s', attempts: 30 }), unknown: deadLetter() }))

const faults = { crash: 0.02, reject: 0.02 }
const numbers = [1, 2, 3, 4]

describe('in any order of calls, crashes and failures of the journal', () => {
  test('a message takes effect at one target of a failover at most, and at one unless it is a dead letter', async () => {
    const seen = { first: 0, second: 0, unclear: 0 }
    const done = await interleavings({ seeds: SEEDS, faults }, async (run) => {
      const did = new Map<string, Set<string>>()
      const both = failover('both', [shaky(run, 'a', did), shaky(run, 'b', did)])
      await using t = run.testFlow(closed(both as never))
      await Promise.all(numbers.map((n) => run.insist(() => t.give({ n }, { dedupe: `${n}` }))))
      const { dead, pending } = await t.settle()
      expect(pending).toBe(0)
      expect(balanced(await t.runtime.counts())).toBe(true)
      for (const where of did.values()) expect(where.size).toBe(1)
      for (const { error } of dead) expect(error._tag).toBe('OutcomeUnknown')
      expect(did.size).toBeGreaterThanOrEqual(numbers.length - dead.length)
      seen.unclear += dead.length
      for (const where of did.values()) seen[where.has('a') ? 'first' : 'second']++
    })
    expect(done.seeds).toBe(SEEDS)
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(SEEDS * 0.1)
  }, 60_000)

  test('a message of a round robin is never given to a second target, and each takes effect', async () => {
    const seen = { a: 0, b: 0, c: 0 }
    const done = await interleavings({ seeds: SEEDS, faults }, async (run) => {
      const did = new Map<string, Set<string>>()
      const all = [shaky(run, 'a', did), shaky(run, 'b', did), shaky(run, 'c', did)] as const
      await using t = run.testFlow(closed(roundRobin('all', all)))
      await Promise.all(numbers.map((n) => run.insist(() => t.give({ n }, { dedupe: `${n}` }))))
      const { dead, pending } = await t.settle()
      expect([dead, pending, did.size]).toEqual([[], 0, numbers.length])
      const asked = new Map<string, Set<string>>()
      for (const r of all)
        for (const { key } of r.calls) asked.set(key, (asked.get(key) ?? new Set()).add(r.name))
      for (const names of asked.values()) expect(names.size).toBe(1)
      for (const [name] of did.values()) seen[name as 'a']++
    })
    expect(done.seeds).toBe(SEEDS)
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(SEEDS * 0.5)
  }, 60_000)
})

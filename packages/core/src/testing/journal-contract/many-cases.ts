import { deepEqual, equal, ok } from 'node:assert/strict'
import { systemClock } from '../../ports/clock.js'
import type { ContractCase, JournalManyMaker } from './contract.js'
import { contractHops, entry, Hand, ids } from './hand.js'
import { manualClock, type ManualClock } from './manual-clock.js'

type Body = (a: Hand, b: Hand, more: () => Promise<Hand>) => Promise<void>

const turn = (): Promise<void> => new Promise((resolve) => systemClock.soon(resolve))

/**
 * Lets both times pass, the clock's and that of the event loop, until something is so. It gives up after some seconds:
 * a journal may need real time for its own threads.
 */
const until = async (clock: ManualClock, so: () => boolean): Promise<boolean> => {
  for (let round = 0; round < 5000 && !so(); round++) {
    clock.advance(1)
    await (round < 500 ? turn() : systemClock.sleep(1))
  }
  return so()
}

const passing = async <A>(clock: ManualClock, work: Promise<A>): Promise<A> => {
  let over = false
  const watched = work.finally(() => (over = true))
  watched.catch(() => {})
  await until(clock, () => over)
  return watched
}

const sentence =
  (maker: JournalManyMaker) =>
  (name: string, body: Body): ContractCase => ({
    name,
    run: async () => {
      const clock = manualClock()
      const under = await maker.fresh({ clock })
      const more = async (): Promise<Hand> => {
        const hand = new Hand(await under.another(), clock)
        await hand.journal.open(contractHops)
        return hand
      }
      try {
        const a = await more()
        const b = await more()
        await body(a, b, more)
        await a.lawful()
      } finally {
        await under.dispose()
      }
    },
  })

/** Several journals on one storage, as several processes have it. */
export const manyCases = (maker: JournalManyMaker): readonly ContractCase[] => {
  const it = sentence(maker)
  return [
    it('each journal says that many processes may work', async (a, b) => {
      deepEqual([a.journal.can.processes, b.journal.can.processes], ['many', 'many'])
    }),
    it('what one accepts the other claims', async (a, b) => {
      await a.put(entry('m1'))
      await b.done(await b.one())
      await a.counted('in', { in: 1, delivered: 1 })
    }),
    it('what one has in hand the other does not get', async (a, b) => {
      await a.put(entry('m1'), entry('m2'))
      await a.claimIds(['m1'], { max: 1 })
      await b.claimIds(['m2'])
      deepEqual([await a.claim(), await b.claim()], [[], []])
    }),
    it('a lease ends when its time is over, and not before', async (a, b) => {
      await a.put(entry('m1'))
      await a.claimIds(['m1'], { leaseMs: 1000 })
      a.clock.advance(999)
      deepEqual(await b.claim(), [])
      a.clock.advance(2)
      await b.claimIds(['m1'])
    }),
    it('whose lease went to another is fenced, whatever it tries', async (a, b) => {
      await a.put(entry('m1'))
      const late = await a.one({ leaseMs: 1000 })
      a.clock.advance(1001)
      const now = await b.one()
      const beside = { emit: [entry('m1/a', { hop: 'a' })], state: [{ name: 'x', expect: 0, value: 1 }] }
      equal(await a.settle(late, { as: 'done', why: 'delivered' }, beside), 'fenced')
      equal(await a.settle(late, { as: 'back' }), 'fenced')
      equal(await a.journal.mark(late.lease, 'sent'), false)
      deepEqual(await a.journal.extend([late.lease], 1000), [false])
      deepEqual(await a.journal.read(['x']), {})
      await b.done(now)
      await a.counted('in', { in: 1, delivered: 1 })
      await a.counted('a', {})
    }),
    it('a holder that was fenced stays so after the other has settled', async (a, b) => {
      await a.put(entry('m1'))
      const late = await a.one({ leaseMs: 1000 })
      a.clock.advance(1001)
      await b.again(await b.one())
      equal(await a.settle(late, { as: 'dead', error: 'late' }), 'fenced')
      await b.claimIds(['m1'])
    }),
    it('an extended lease lasts for its new time', async (a, b) => {
      await a.put(entry('m1'))
      const claimed = await a.one({ leaseMs: 1000 })
      for (let round = 0; round < 5; round++) {
        a.clock.advance(900)
        deepEqual(await a.journal.extend([claimed.lease], 1000), [true])
        deepEqual(await b.claim(), [])
      }
      await a.done(claimed)
    }),
    it('claims count every claim since the last outcome', async (a, b) => {
      await a.put(entry('m1'))
      const seen: number[] = []
      for (const hand of [a, b, a, b]) {
        const claimed = await hand.one({ leaseMs: 1000 })
        seen.push(claimed.claims)
        if (seen.length === 4) await hand.again(claimed)
        a.clock.advance(1001)
      }
      deepEqual(seen, [1, 2, 3, 4])
      equal((await a.one()).claims, 1)
    }),
    it('back is no claim', async (a, b) => {
      await a.put(entry('m1'))
      equal(await a.settle(await a.one(), { as: 'back' }), 'ok')
      equal((await b.one()).claims, 1)
    }),
    it('marks of a holder that was lost are seen by the next one', async (a, b) => {
      await a.put(entry('m1'))
      const { lease } = await a.one({ leaseMs: 1000 })
      await a.journal.mark(lease, 'sent')
      a.clock.advance(1001)
      equal('sent' in (await b.one()).marks, true)
    }),
    it('the order of a key holds over journals, also when a lease runs out', async (a, b) => {
      await a.put(entry('m1', { key: 'k' }), entry('m2', { key: 'k' }))
      await a.claimIds(['m1'], { leaseMs: 1000 })
      deepEqual(await b.claim(), [])
      a.clock.advance(1001)
      await b.done((await b.claimIds(['m1']))[0]!)
      await a.claimIds(['m2'])
    }),
    it('dedupe keys are bound for all', async (a, b) => {
      const dedupe = { key: 'd', until: a.clock.now() + 1000 }
      await a.put(entry('m1', { dedupe }))
      deepEqual(await b.accept(entry('m2', { dedupe })), [{ id: 'm1', as: 'duplicate' }])
    }),
    it('state is compared and set over all', async (a, b) => {
      const move = { name: 'lease:poll', expect: 0, value: 'a' }
      deepEqual(await a.journal.accept([], { state: [move] }), [])
      equal(await b.journal.accept([], { state: [{ ...move, value: 'b' }] }), 'conflict')
      deepEqual(await b.journal.read(['lease:poll']), { 'lease:poll': { version: 1, value: 'a' } })
    }),
    it('a newer version from one does not touch what the other has in hand, but keeps it from going again', async (a, b) => {
      await a.put(entry('m1', { latest: { key: 'k', version: 1 } }))
      const old = await a.one()
      await b.put(entry('m2', { latest: { key: 'k', version: 2 } }))
      equal(await a.settle(old, { as: 'again', at: a.clock.now(), spend: true }), 'superseded')
      await b.claimIds(['m2'])
    }),
    it('branches done by several journals make one join go on, once', async (a, b) => {
      const join = entry('m/join', { hop: 'join', join: { expect: ['a', 'b'], settle: 'all' } })
      const branches = ['a', 'b'].map((as) => entry(`m/${as}`, { hop: as, answers: { join: 'm/join', as } }))
      await a.put(join, ...branches)
      await a.done((await a.claimIds(['m/a'], { hops: ['a'] }))[0]!, { reply: '1' })
      await b.done((await b.claimIds(['m/b'], { hops: ['b'] }))[0]!, { reply: '2' })
      deepEqual(
        [...(await a.claim()), ...(await b.claim())].map(({ replies }) => replies),
        [{ a: { as: 'reply', value: '1' }, b: { as: 'reply', value: '2' } }],
      )
    }),
    it('a dead letter of one is replayed by another', async (a, b) => {
      await a.put(entry('m1'))
      await a.dead(await a.one())
      deepEqual(await b.journal.admin.replay(['m1']), ['replayed'])
      await a.claimIds(['m1'])
    }),
    it('what one has in hand and the other discards is fenced', async (a, b) => {
      await a.put(entry('m1'))
      const claimed = await a.one()
      deepEqual(await b.journal.admin.discard(['m1'], 'test'), [true])
      equal(await a.settle(claimed, { as: 'done', why: 'delivered' }), 'fenced')
    }),
    it('when one closes, the others go on, and what it had in hand ends with its lease at the latest', async (a, b, more) => {
      await a.put(entry('m1'))
      const c = await more()
      await c.claimIds(['m1'], { leaseMs: 1000 })
      await c.journal.close()
      await b.put(entry('m2'))
      b.clock.advance(1001)
      await b.claimIds(['m1', 'm2'])
    }),
    it('watch wakes when another accepts, settles or moves state, until it is ended', async (a, b) => {
      let wakes = 0
      const wokenBy = async (write: () => Promise<unknown>, what: string): Promise<void> => {
        wakes = 0
        await write()
        ok(await until(a.clock, () => wakes > 0), `another's ${what} wakes`)
      }
      const end = a.journal.watch(() => void wakes++)
      await wokenBy(() => b.put(entry('m1')), 'accept')
      const claimed = await b.one({ leaseMs: 3_600_000 })
      await wokenBy(() => b.done(claimed, { emit: [entry('m1/a', { hop: 'a' })] }), 'commit')
      await wokenBy(() => b.journal.accept([], { state: [{ name: 'x', expect: 0, value: 1 }] }), 'state')
      end()
      end()
    }),
    it('a wake that throws harms nobody', async (a, b) => {
      let woken = false
      a.journal.watch(() => {
        woken = true
        throw new Error('a bad listener')
      })
      await b.put(entry('m1'))
      ok(await until(a.clock, () => woken))
      await a.claimIds(['m1'])
    }),
    it('journals that claim at the same time never get the same entry', async (a, b, more) => {
      const hands = [a, b, await more()]
      await a.put(
        ...Array.from({ length: 300 }, (_, n) => entry(`m${n}`, n % 2 === 0 ? {} : { key: `k${n % 7}` })),
      )
      const got: string[] = []
      for (let left = 300; left > 0;) {
        const rounds = hands.map(async (hand) => {
          const claimed = await hand.claim({ max: 10, leaseMs: 36_000_000 })
          got.push(...ids(claimed))
          await Promise.all(claimed.map((one) => hand.done(one)))
          return claimed.length
        })
        const counts = await passing(a.clock, Promise.all(rounds))
        left -= counts.reduce((sum, n) => sum + n, 0)
        ok(Math.max(...counts) > 0, 'some journal gets on')
      }
      equal(new Set(got).size, 300)
      equal(got.length, 300)
      await a.counted('in', { in: 300, delivered: 300 })
    }),
  ]
}

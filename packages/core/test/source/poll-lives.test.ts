import { expect, test } from 'vitest'
import { memoryJournal, memoryStore, seededRandom, type Clock, type Journal } from '../../src/index.js'
import { poll } from '../../src/source/poll.js'
import { virtualClock } from '../../src/testing/index.js'
import { faultyJournal } from '../runtime/faulty-journal.js'
import { Item } from './remote-items.js'
import { service } from './service.js'

const SECOND = 1000
const START = Date.UTC(2026, 0)
const LAG = 8 * SECOND

test('over crashes, failing fetches, a failing journal and a lagging index, each item comes once', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed)
    const upTo = (n: number): number => Math.floor(random.next() * n)
    const [clock, store] = [virtualClock({ start: START }), memoryStore()]
    // Changes of 60 s, many of one time, that the index shows up to LAG later.
    const all = Array.from({ length: 40 }, (_, i) => {
      const at = START + upTo(12) * 5 * SECOND
      return { id: `i${i}`, at, shown: at + upTo(LAG) }
    })
    const source = () =>
      poll({
        name: 'p',
        every: '3s',
        decode: Item,
        id: (i) => i.id,
        time: (i) => i.at,
        lookback: '10s',
        backOff: { multiplier: 0 },
        async fetch(_none, ctx) {
          await ctx.clock.sleep(upTo(700))
          if (upTo(6) === 0) throw new Error('the remote failed')
          const found = all.filter((i) => i.shown <= ctx.clock.now() && i.at >= (ctx.since ?? 0))
          const items = found
            .sort((a, b) => a.at - b.at || a.shown - b.shown)
            .map(({ id, at }) => ({ id, at }))
          return { items }
        },
      })
    const journal = (c: Clock): Journal =>
      faultyJournal(
        memoryJournal({ clock: c, store }),
        (call, [entries]) => call === 'accept' && (entries as readonly unknown[]).length > 0 && upTo(5) === 0,
      )
    const told: string[] = []
    for (let life = 0; life < 8; life++) {
      const s = service(source(), { clock, store, ...(life < 7 && { journal }) })
      await s.start()
      await clock.advanceBy(life < 7 ? 4 * SECOND + upTo(8 * SECOND) : 60 * SECOND)
      told.push(...s.to.calls.map((c) => `${c.input.id} ${c.key}`))
      if (life < 7) s.crash()
      else {
        expect([seed, await s.accepted()]).toEqual([seed, 40])
        await s.stop()
      }
    }
    // A hop that a crash cut off is sent again, with its key.
    const once = [...new Set(told)].map((line) => line.split(' ')[0]!)
    expect([seed, once.sort()]).toEqual([seed, all.map((i) => i.id).sort()])
  }
})

import { describe, expect, test } from 'vitest'
import { byKind, createDestination, flow, JournalUnavailable, retry, type Runtime } from '../../src/index.js'
import type { Controlled } from '../../src/operate/index.js'
import { interleavings, type Interleaving } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { fine, inputs } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'

const soon = byKind({ transient: retry({ initial: '50ms', max: '200ms', attempts: 20 }) })
const struck = { faults: { reject: 0.02, crash: 0.01 }, seeds: 80 }
const MESSAGES = 9

const everything: readonly Controlled[] = [
  { flow: 'f' },
  { flow: 'f', hop: 'first' },
  { flow: 'f', hop: 'a' },
  { destination: 'site' },
  { intake: 'f' },
]

/** Whatever people pause and resume meanwhile: in the end all of it is delivered, in order, and nothing was spent. */
const paused =
  (processes: number) =>
  async (run: Interleaving): Promise<void> => {
    const destination = createDestination({
      name: 'site',
      circuit: false,
      concurrency: 2,
      random: run.random,
    })
    const first = fine('first')
    const [a, b] = [fine('a', { destination }), fine('b', { destination })]
    const f = flow('f')
      .from(orders(), { key: (o) => o.key!, dedupe: (o) => String(o.n) })
      .to(first)
      .fanOut({ a, b })
      .otherwise(soon)
    await using t = processes === 1 ? run.testFlow(f) : run.cluster(f, { processes })
    const one = () => ('processes' in t ? t.processes[run.below(processes)]! : t)
    /** Asks a process that runs: one that was killed is started again, and gives no answer to what it was asked before. */
    const asking = <A>(ask: (runtime: Runtime) => Promise<A>): Promise<A> =>
      run.insist(async () => {
        const process = one()
        await process.run(0)
        const { runtime } = process
        const answer = ask(runtime).finally(() => (over = true))
        let over = false
        const killed = async (): Promise<A> => {
          while (process.runtime === runtime) {
            await run.pause('a person waits')
            if (over) return answer
            await process.run(0)
          }
          throw new JournalUnavailable('closed', 'it was killed')
        }
        return Promise.race([answer, killed()])
      })
    const people = async (): Promise<void> => {
      for (let wish = 0; wish < 4; wish++) {
        const what = everything[run.below(everything.length)]!
        for (let wait = run.below(20); wait > 0; wait--) await run.pause('a person thinks')
        const pauses = run.chance(0.6)
        await asking<unknown>((r) => (pauses ? r.pause(what) : r.resume(what)))
      }
    }
    const senders = Array.from({ length: MESSAGES }, async (_, n) => {
      for (let wait = run.below(60); wait > 0; wait--) await run.pause(`${n} is on its way`)
      await run.insist(() => t.give({ n, key: 'xyz'[n % 3]! }))
    })
    await Promise.all([...senders, people(), people()])
    await t.settle()
    for (const what of everything) await asking((r) => r.resume(what))
    run.calm()
    await t.settle()
    // A look that the journal refused is made again after a second.
    await one().run(2000)
    const { pending, dead } = await t.settle()
    const { runtime } = one()
    expect([pending, dead, balanced(await runtime.counts()), runtime.paused()]).toEqual([0, [], true, []])
    for (const to of [first, a, b]) {
      const ns = inputs(to).map((o) => o.n)
      expect([to.name, new Set(ns)]).toEqual([
        to.name,
        new Set(Array.from({ length: MESSAGES }, (_, n) => n)),
      ])
      // No pause is a failed attempt, and a repeat after a crash has the same key.
      expect(to.calls.filter((c) => c.attempt !== 1)).toEqual([])
      for (const n of new Set(ns))
        expect(new Set(to.calls.filter((c) => c.input.n === n).map((c) => c.key)).size).toBe(1)
    }
  }

describe('pauses lose nothing, spend nothing and end', () => {
  test('in 80 orders in which the journal fails and the process is killed', async () => {
    const { orders: different } = await interleavings(struck, paused(1))
    expect(different).toBeGreaterThan(75)
  })

  test('in 50 orders of two processes on one store', async () => {
    await interleavings({ seeds: 50 }, paused(2))
  })

  test('in 50 orders of three processes that are killed and cannot write', async () => {
    await interleavings({ ...struck, seeds: 50 }, paused(3))
  })
})

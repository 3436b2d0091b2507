import { byKind, createDestination, flow, retry } from '../../src/index.js'
import type { Interleaving } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Down, fine, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { agree } from './concurrency-holds.js'
import { Ledger } from './concurrency-ledger.js'

const soon = byKind({ transient: retry({ initial: '50ms', max: '200ms', attempts: 20 }) })

/**
 * S11: messages come in while the runtime stops, again and again; each that was answered is done in the end, and a stop
 * spends no attempt. With no grace at all, calls in flight are given up and made again. In every other run the process may
 * be killed beside, while it stops too.
 */
export const drained = async (run: Interleaving): Promise<void> => {
  const [first, second] = [new Ledger(run, 'first'), new Ledger(run, 'second')]
  const f = flow('f')
    .from(orders(), { dedupe: (o) => String(o.n) })
    .to(fine('first'))
    .to(fine('second'))
    .otherwise(soon)
  const attempts: number[] = []
  first.begins = second.begins = (_key, attempt) => void attempts.push(attempt)
  const graceless = run.chance(0.5)
  const safe = run.seed % 2 === 0
  if (safe) run.calm()
  await using t = run.testFlow(f, {
    replace: { first: first.stand, second: second.stand },
    runtime: { grace: graceless ? '0s' : '10s' },
  })
  const coming = Promise.all(
    [1, 2].map(async (n) => {
      for (let wait = run.below(12); wait > 0; wait--) await run.pause(`${n} is on its way`)
      await run.insist(() => t.give({ n }))
    }),
  )
  for (let stops = 0; stops < 2; stops++) {
    for (let wait = run.below(12); wait > 0; wait--) await run.pause('it goes on')
    await t.restart({ clean: true })
  }
  await coming
  const { pending } = await t.settle()
  agree([pending, balanced(await t.runtime.counts())], [0, true])
  agree(
    [first.numbers(), second.numbers()],
    [
      [1, 2],
      [1, 2],
    ],
  )
  agree(
    attempts.filter((n) => n !== 1),
    [],
  )
  if (safe && !graceless) agree([first.begun.length, second.begun.length], [2, 2])
}

/**
 * A destination that is parked gets no call, spends nobody's attempts, and is released in the order of each key. It parks
 * itself after two failing calls in a row, and here and there asks for it.
 */
export const releasedInOrder = async (run: Interleaving): Promise<void> => {
  const destination = createDestination({
    name: 'd',
    concurrency: 2,
    circuit: { failures: 2, open: '1s' },
    random: run.random,
  })
  const begun: Order[] = []
  const whileParked: number[] = []
  const spent: [number, number, number][] = []
  const failed = new Map<number, number>()
  const to = remote<Down>(
    'to',
    async (o, ctx) => {
      begun.push(o)
      if (destination.gate(ctx.clock).parkedUntil() > 0) whileParked.push(o.n)
      const before = failed.get(o.n) ?? 0
      if (ctx.attempt !== before + 1) spent.push([o.n, ctx.attempt, before])
      await run.pause(`${o.n} is at it`)
      if (!run.chance(0.4)) return {}
      failed.set(o.n, before + 1)
      return new Down(run.chance(0.3) ? { retryAt: ctx.clock.now() + 5000 } : {})
    },
    {
      destination,
      seen: (r) => {
        if (!(r instanceof Down)) return { as: 'ok' }
        return r.retryAt === undefined ? { as: 'failed' } : { as: 'refused', retryAt: r.retryAt }
      },
    },
  )
  const f = flow('f')
    .from(orders(), { key: (o) => String(o.key) })
    .to(to)
    .otherwise(soon)
  await using t = run.testFlow(f)
  for (const n of [1, 2, 3, 4]) await t.give({ n, key: n % 2 === 0 ? 'even' : 'odd' })
  const { pending } = await t.settle()
  agree([pending, whileParked, spent], [0, [], []])
  for (const key of ['even', 'odd']) {
    const seen = begun.filter((o) => o.key === key).map((o) => o.n)
    agree([key, seen], [key, seen.toSorted((a, b) => a - b)])
  }
  agree(new Set(begun.map((o) => o.n)).size, 4)
}

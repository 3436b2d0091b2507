import { describe, expect, test } from 'vitest'
import { deadLetter, flow, retry, type Deployable } from '../../src/index.js'
import { saga } from '../../src/patterns/saga.js'
import { interleavings } from '../../src/testing/index.js'
import { balanced } from '../semantics/counted.js'
import { Bad, Down, remote, type Order } from '../semantics/remote.js'
import { SEEDS } from '../seeds.js'

/** What the world has of each message: a remote that goes by idempotency keys, as keyed ones do. */
class World {
  readonly done: Set<string> = new Set()
  readonly undone: Map<string, number> = new Map()
  readonly keys: Set<string> = new Set()

  once(key: string, f: () => void): void {
    if (this.keys.has(key)) return
    this.keys.add(key)
    f()
  }
}

const three = (world: World, fate: (step: string) => unknown): Deployable => {
  const doing = (name: string) =>
    remote<Down | Bad>(name, (o: Order, ctx) => {
      const end = fate(name)
      if (end === undefined) world.once(ctx.key, () => world.done.add(`${o.n} ${name}`))
      return end ?? {}
    }).with((s: { readonly body: Order }) => s.body)
  const undoing = (name: string) =>
    remote<Down>(`no ${name}`, (o: Order, ctx) => {
      const end = fate(`no ${name}`)
      const of = `${o.n} ${name}`
      if (end === undefined) world.once(ctx.key, () => world.undone.set(of, (world.undone.get(of) ?? 0) + 1))
      return end ?? {}
    }).with((s: { readonly body: Order }) => s.body)
  const quick = { attempts: 3, initial: '50ms' } as const
  const sure = { upTo: '1d', initial: '50ms', max: '200ms' } as const
  const s = saga('s', { within: '2s' })
    .input<Order>()
    .step('a', doing('a'), { undo: undoing('a'), retry: quick, undoRetry: sure })
    .step('b', doing('b'), { undo: undoing('b'), retry: quick, undoRetry: sure })
    .step('c', doing('c'), { undo: undoing('c'), retry: quick, undoRetry: sure })
  return flow('f')
    .input<Order>()
    .through(s)
    .map('end', ({ body }) => body)
    .to(remote<never>('end', () => ({})))
    .onError({ SagaFailed: deadLetter(), StepFailed: retry() })
}

describe('a saga under crashes, in any order', () => {
  test('is completed, or everything that was done is undone exactly once', async () => {
    let [completed, failed, crossed] = [0, 0, 0]
    await interleavings(
      { seeds: SEEDS, faults: { crash: 0.01, reject: 0.02, freeze: 0.004, freezeMs: 3000 } },
      async (run) => {
        const world = new World()
        const fate = (step: string): unknown => {
          if (run.chance(0.15)) return new Down({})
          return step === 'c' && run.chance(0.3) ? new Bad({}) : undefined
        }
        await using t = run.testFlow(three(world, fate))
        await Promise.all([1, 2].map((n) => run.insist(() => t.give({ n }, { dedupe: String(n) }))))
        const r = await t.settle()
        expect([r.pending, balanced(await t.runtime.counts())]).toEqual([0, true])
        const dead = new Set(r.dead.map((d) => (d.body as unknown as { p: { body: Order } }).p.body.n))
        for (const n of [1, 2]) {
          const done = ['a', 'b', 'c'].filter((s) => world.done.has(`${n} ${s}`))
          const undone = ['a', 'b', 'c'].filter((s) => world.undone.has(`${n} ${s}`))
          expect([...world.undone].filter(([, times]) => times !== 1)).toEqual([])
          if (dead.has(n)) {
            failed++
            if (undone.length > done.length) crossed++
            // A step whose outcome is not known is undone as well, so there may be more.
            expect(done.every((s) => undone.includes(s))).toBe(true)
          } else {
            completed++
            expect([done, undone]).toEqual([['a', 'b', 'c'], []])
          }
        }
      },
    )
    expect([completed > 100, failed > 100, crossed > 0]).toEqual([true, true, true])
  }, 60_000)
})

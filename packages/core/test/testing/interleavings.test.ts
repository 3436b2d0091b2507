import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  flow,
  JournalUnavailable,
  retry,
  type Alert,
  type AlertTarget,
  type Context,
} from '../../src/index.js'
import {
  interleavings,
  InterleavingFailed,
  type Faults,
  type Interleaved,
  type Interleaving,
} from '../../src/testing/index.js'
import { Bad, Down, fine, remote, type Order } from '../semantics/remote.js'

const forked = flow('f')
  .input<Order>()
  .to(remote<Down>('to', () => ({})))
  .fanOut({ a: fine('a'), b: fine('b') })
  .otherwise(byKind({ transient: retry({ initial: '50ms', attempts: 9 }) }))

/** Two messages through three hops; a failure here and there. */
const two = async (run: Interleaving): Promise<void> => {
  const to = (): unknown => (run.chance(0.2) ? new Down({}) : {})
  await using t = run.testFlow(forked, { replace: { to } })
  await Promise.all([1, 2].map((n) => run.insist(() => t.give({ n }, { dedupe: String(n) }))))
  const { pending, dead } = await t.settle()
  expect([pending, dead]).toEqual([0, []])
}

const stormy: Faults = { crash: 0.01, reject: 0.02, freeze: 0.01 }
const one = (seed: number, faults?: Faults): Promise<Interleaved> =>
  interleavings({ from: seed, seeds: 1, ...(faults && { faults }) }, two)
const failure = (run: Promise<unknown>): Promise<InterleavingFailed> =>
  run.then(
    () => expect.unreachable('it has not failed'),
    (thrown: unknown) => thrown as InterleavingFailed,
  )

describe('a seed', () => {
  test('gives one run, whatever runs were made before, faults included', async () => {
    const first: Interleaved[] = []
    for (let seed = 1; seed <= 20; seed++) first.push(await one(seed, stormy))
    for (let seed = 20; seed >= 1; seed--) expect(await one(seed, stormy)).toEqual(first[seed - 1])
    expect(new Set(first.map((r) => r.hash)).size).toBe(20)
  })

  test('gives another order than others do', async () => {
    const { seeds, orders, steps } = await interleavings({ seeds: 300 }, two)
    expect([seeds, orders > 290, steps > 300 * 30]).toEqual([300, true, true])
  })

  test('lets calls overtake each other, and lets them be', async () => {
    const seen = new Set<string>()
    await interleavings({ seeds: 50 }, async (run) => {
      const order: string[] = []
      const at = async (name: string): Promise<void> => {
        await run.pause(name)
        order.push(name)
      }
      await Promise.all(['a', 'b', 'c'].map(at))
      seen.add(order.join(''))
    })
    expect(seen.size).toBe(6)
  })

  test('gives messages that differ, in every process that has a part in it', async () => {
    await interleavings({ seeds: 20 }, async (run) => {
      await using t = run.cluster(forked, { processes: 3 })
      const ids = new Set<string>()
      for (const p of t.processes) {
        const a = await p.give({ n: 1 })
        if (a.as !== 'refused') ids.add(a.id)
      }
      expect(ids.size).toBe(3)
      expect((await t.settle()).pending).toBe(0)
    })
  })
})

describe('time', () => {
  test('stands still while anything can run, and moves when an answer needs it', async () => {
    await interleavings({ seeds: 50 }, async (run) => {
      const start = run.clock.now()
      const to = async (_input: unknown, ctx: Context): Promise<object> => {
        await run.pause('before')
        expect(run.clock.now()).toBe(start)
        await ctx.clock.sleep(60_000)
        return {}
      }
      await using t = run.testFlow(forked, { replace: { to } })
      await t.give({ n: 1 })
      expect(run.clock.now()).toBe(start)
      expect((await t.settle()).virtualMs).toBe(60_000)
    })
  })

  test('passes for a frozen process, none of whose code runs: another has what it held', async () => {
    let frozen = ''
    const faults: Faults = (p) => {
      if (frozen !== '' || p.call !== 'step to') return undefined
      frozen = p.process
      return { freezeMs: 45_000 }
    }
    const calls: string[] = []
    const { trace } = await interleavings({ seeds: 1, faults }, async (run) => {
      const to = (_input: unknown, ctx: Context): unknown => calls.push(ctx.key)
      await using t = run.cluster(forked, { processes: 2, replace: { to } })
      await t.start()
      await t.give({ n: 1 })
      const { pending, virtualMs } = await t.settle()
      expect([pending, virtualMs]).toEqual([0, 45_000])
    })
    expect([calls.length, new Set(calls).size]).toEqual([2, 1])
    const lines = trace.filter((line) => line.includes(`${frozen}  step to`))
    expect(lines.map((line) => line.slice(5, line.indexOf('ms')))).toEqual(['+45000 ', '+45000 '])
    expect(trace.some((line) => line.endsWith(`${frozen}  commit → ["fenced"]`))).toBe(true)
  })
})

describe('a run that fails', () => {
  const never = async (run: Interleaving): Promise<void> => {
    const seen: string[] = []
    const to = async (order: Order): Promise<unknown> => {
      await run.pause('at it')
      return seen.push(`of ${order.n}`)
    }
    await using t = run.testFlow(forked, { replace: { to } })
    await Promise.all([1, 2].map((n) => t.give({ n })))
    await t.settle()
    expect(seen).toEqual(['of 1', 'of 2'])
  }

  test('tells its seed, what happened, and what was wrong', async () => {
    const failed = await failure(interleavings({ seeds: 1000 }, never))
    expect(failed).toBeInstanceOf(InterleavingFailed)
    expect(failed.message).toMatch(
      /^expected .*\n\nwith seed (\d+); run it alone: interleavings\(\{ from: \1, seeds: 1/,
    )
    expect(failed.message).toContain('p1  commit [{"m1 done delivered":["m1/a","m1/b"]}')
    expect(failed.message).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect((failed.cause as { actual?: unknown }).actual).toEqual(['of 2', 'of 1'])
  })

  test('fails alone as it did among others', async () => {
    const among = await failure(interleavings({ seeds: 1000 }, never))
    const alone = await failure(interleavings({ from: among.seed, seeds: 1 }, never))
    expect(alone.trace).toEqual(among.trace)
  })

  test('because it waits for what never comes is told so, with the hop that holds time still', async () => {
    const failed = await failure(
      interleavings({ seeds: 1 }, async (run) => {
        const t = run.testFlow(forked, { replace: { to: () => new Promise(() => {}) } })
        await t.give({ n: 1 })
        await t.clock.settle(() => false, { patience: 5 })
      }),
    )
    expect(failed.message).toMatch(
      /^not at rest, and nothing happens any more; not waiting on the clock: "f to m1"/,
    )
  })

  test('because its body does not end is told so', async () => {
    const failed = await failure(interleavings({ seeds: 1, patience: 5 }, () => new Promise(() => {})))
    expect(failed.message).toMatch(/^after 5 real ms and 0 steps the run has not ended\n\nwith seed 1;/)
  })

  test('tells what its body said, and what the end of its flow said after that', async () => {
    const failed = await failure(
      interleavings({ seeds: 1 }, async (run) => {
        await using t = run.testFlow(forked, { replace: { to: () => new Promise(() => {}) } })
        await using last = { [Symbol.asyncDispose]: () => Promise.reject(new Error('and this')) }
        await t.run(last === undefined ? 0 : 1)
        throw new Error('this')
      }),
    )
    expect(failed.message).toMatch(/^this\nand then: and this\n/)
  })
})

describe('a fault', () => {
  test('rejects a call of the journal before it took effect', async () => {
    const faults: Faults = (p) =>
      p.call === 'accept' && p.when === 'before' && p.n < 30 ? 'reject' : undefined
    await interleavings({ seeds: 20, faults }, async (run) => {
      await using t = run.testFlow(forked)
      const answers = await Promise.allSettled([t.give({ n: 1 }), t.give({ n: 2 })])
      const lost = answers.filter((a) => a.status === 'rejected')
      expect(lost.every((a) => a.reason instanceof JournalUnavailable)).toBe(true)
      const { delivered } = await t.settle()
      expect(delivered.length).toBe(3 * (2 - lost.length))
    })
  })

  test('rejects one after it took effect: the repeat is known', async () => {
    const faults: Faults = (p) =>
      p.call === 'accept' && p.when === 'after' && p.n < 30 ? 'reject' : undefined
    await interleavings({ seeds: 20, faults }, async (run) => {
      await using t = run.testFlow(forked)
      const answer = await run.insist(() => t.give({ n: 1 }, { dedupe: '1' }))
      expect(answer.as === 'duplicate' || answer.as === 'accepted').toBe(true)
      const counts = await t.runtime.counts()
      expect(counts.find((c) => c.hop === 'to' && c.what === 'in')?.n).toBe(1)
    })
  })

  test('kills the process: who was not answered is told, and another goes on', async () => {
    const faults: Faults = (p) => (p.call === 'accept' && p.process === 'p1' && p.n > 8 ? 'crash' : undefined)
    const { trace } = await interleavings({ seeds: 20, faults }, async (run) => {
      await using t = run.testFlow(forked)
      await expect(t.give({ n: 1 }, { dedupe: '1' })).rejects.toThrow('the process was killed')
      await run.insist(() => t.give({ n: 1 }, { dedupe: '1' }))
      const { delivered, pending } = await t.settle()
      expect([delivered.length, pending]).toEqual([3, 0])
    })
    expect(trace.some((line) => line.includes("p1'  open"))).toBe(true)
  })

  test('strikes no more once the body calls for calm', async () => {
    await interleavings({ seeds: 20, faults: { reject: 1, rejects: Infinity } }, async (run) => {
      await using t = run.testFlow(forked)
      await expect(t.give({ n: 1 })).rejects.toThrow('the journal failed at accept')
      run.calm()
      await t.give({ n: 1 })
      expect((await t.settle()).delivered).toHaveLength(3)
    })
  })

  test('that kills the process at any point of a run loses nothing, whichever point it is', async () => {
    const { points } = await one(7)
    expect(points).toBeGreaterThan(40)
    for (let n = 1; n <= points; n++) await one(7, (p) => (p.n === n ? 'crash' : undefined))
  })
})

describe('a flow under test in a run', () => {
  const told = (pager: AlertTarget) =>
    flow('f')
      .input<Order>()
      .to(remote<Bad>('to', () => ({})))
      .otherwise(deadLetter().alert(pager))

  test('has its alerts delivered, and its dead letters replayed', async () => {
    await interleavings({ seeds: 50 }, async (run) => {
      let broken = true
      const to = (): unknown => (broken ? new Bad({}) : {})
      const pager = remote<never, Alert>('pager', () => ({})) as AlertTarget
      await using t = run.testFlow(told(pager), { replace: { to } })
      const first = await t.send({ n: 1 })
      expect([first.dead.length, first.alerts.length, first.pending]).toEqual([1, 1, 0])
      broken = false
      const { dead, delivered } = await t.replay(first.dead[0]!.id)
      expect([dead, delivered.map((d) => d.input)]).toEqual([[], [{ n: 1 }]])
    })
  })

  test('is stopped cleanly and started again, in the middle of everything', async () => {
    await interleavings({ seeds: 50, faults: { crash: 0.02 } }, async (run) => {
      await using t = run.testFlow(forked)
      await run.insist(() => t.give({ n: 1 }))
      await t.restart({ clean: run.chance(0.5) })
      const { pending } = await t.settle()
      const counts = await t.runtime.counts()
      const done = counts.filter((c) => c.what === 'delivered').map((c) => c.n)
      const taken = counts.find((c) => c.hop === 'to' && c.what === 'in')!.n
      expect([pending, done]).toEqual([0, [taken, taken, taken]])
    })
  })
})

describe('options that make no sense', () => {
  test.each<[object, string]>([
    [{ seeds: 0 }, 'interleavings: seeds: expected a whole number of 1 or more, got 0'],
    [{ seeds: 1.5 }, 'interleavings: seeds: expected a whole number of 1 or more, got 1.5'],
    [{ from: -1 }, 'interleavings: from: expected a whole number of 0 or more, got -1'],
    [{ faults: { crash: 2 } }, 'interleavings: faults.crash: expected a chance from 0 to 1, got 2'],
    [{ faults: { reject: NaN } }, 'interleavings: faults.reject: expected a chance from 0 to 1, got NaN'],
  ])('are refused by name: %j', async (options, message) => {
    await expect(interleavings(options, two)).rejects.toThrow(new TypeError(message))
  })

  test('are refused of a cluster too', async () => {
    const failed = await failure(
      interleavings({ seeds: 1 }, async (run) => void run.cluster(forked, { processes: 0 })),
    )
    expect(failed.message).toMatch(/^cluster: processes: expected a whole number of 1 or more, got 0/)
  })

  test('a body that throws before it gives a promise is a failed run', async () => {
    const thrown = (): never => {
      throw new Error('at once')
    }
    expect((await failure(interleavings({ seeds: 1 }, thrown))).message).toMatch(/^at once\n\nwith seed 1;/)
  })
})

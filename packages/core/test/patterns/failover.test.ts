import { describe, expect, test } from 'vitest'
import {
  byKind,
  CallContext,
  createDestination,
  deadLetter,
  failure,
  flow,
  left,
  retry,
  right,
  silentLogger,
  target,
  type Context,
} from '../../src/index.js'
import { failover } from '../../src/patterns/failover.js'
import { roundRobin } from '../../src/patterns/round-robin.js'
import { testFlow, virtualClock } from '../../src/testing/index.js'
import { Bad, Busy, Down, failing, fine, remote, type Order, type Remote } from '../semantics/remote.js'
import { calls, down, parkedUntil, seen } from './failover-remotes.js'

const HOUR = 36e5
const START = Date.UTC(2026, 0)
const quick = byKind({ transient: retry({ initial: '1s', jitter: 'none' }) })
const once = byKind({ transient: deadLetter(), permanent: deadLetter() })

class E1 extends failure('E1', 'permanent')<object> {}
class E2 extends failure('E2', 'permanent')<object> {}

describe('failover', () => {
  test('gives the message to the first target, and to no other', async () => {
    const [a, b] = [fine('a'), fine('b')]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f)
    const { delivered } = await t.sendAll([{ n: 1 }, { n: 2 }])
    expect(delivered).toMatchObject([{ target: 'ab' }, { target: 'ab' }])
    expect(calls(a, b)).toEqual([2, 0])
  })

  test('goes on to the next one that takes it, in the same attempt and with the same key', async () => {
    const [a, b, c] = [down('a'), failing('b', 9, undefined, { seen }), fine('c')]
    const f = flow('f')
      .input<Order>()
      .to(failover('abc', [a, b, c]))
      .otherwise(quick)
    await using t = testFlow(f)
    const { dead, virtualMs } = await t.send({ n: 1 })
    expect([calls(a, b, c), dead, virtualMs]).toEqual([[1, 1, 1], [], 0])
    expect(new Set([...a.calls, ...b.calls, ...c.calls].map((x) => `${x.key} ${x.attempt}`)).size).toBe(1)
  })

  test('H1: after E1 and E2 the third target gets the body, when both are failed over', async () => {
    const [x, y, z] = [remote<E1>('x', () => new E1({})), remote<E2>('y', () => new E2({})), fine('z')]
    const f = flow('f')
      .input<Order>()
      .via(failover('xyz', [x, y, z], { on: ['E1', 'E2'] }))
    expect(await f.call({ n: 1 })).toEqual(right({ ok: true }))
    expect(z.calls.map((call) => call.input)).toEqual([{ n: 1 }])
  })

  test('H1: failed over on E1 alone, the caller gets E2, and the third target nothing', async () => {
    const [x, y, z] = [remote<E1>('x', () => new E1({})), remote<E2>('y', () => new E2({})), fine('z')]
    const f = flow('f')
      .input<Order>()
      .via(failover('xyz', [x, y, z], { on: ['E1'] }))
    expect(await f.call({ n: 1 })).toMatchObject({ left: { _tag: 'E2' } })
    expect(calls(x, y, z)).toEqual([1, 1, 0])
  })

  test('H2 (departure): every message begins with the first target again; who is better stays better', async () => {
    const [bad, good] = [down('bad'), fine('good')]
    const f = flow('f')
      .input<Order>()
      .to(failover('both', [bad, good]))
      .otherwise(quick)
    await using t = testFlow(f)
    for (let n = 0; n < 3; n++) await t.send({ n })
    expect(calls(bad, good)).toEqual([3, 3])
  })

  test('L2 (departure from H2): when none takes it, the failure tells all of theirs, not the last alone', async () => {
    const [a, b] = [down('a'), remote<Busy>('b', () => new Busy({}), { seen })]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(once)
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 })
    expect(dead).toMatchObject([
      {
        error: {
          _tag: 'FailoverExhausted',
          kind: 'transient',
          message: 'failover "ab": no target took it: a: Down, b: Busy',
          failed: [
            { branch: 'a', error: { _tag: 'Down' }, attempts: 1 },
            { branch: 'b', error: { _tag: 'Busy' }, attempts: 1 },
          ],
        },
      },
    ])
  })

  test('a route tries again from the first, and not before the earliest time that all of them named', async () => {
    const at = [START + 2 * HOUR, START + HOUR]
    const [a, b] = at.map((retryAt, i) =>
      remote<Down>('ab'[i]!, (_b, _c, nth) => (nth === 1 ? new Down({ retryAt }) : {}), { seen }),
    ) as [Remote<Order, Down>, Remote<Order, Down>]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f)
    const { virtualMs } = await t.send({ n: 1 })
    expect([virtualMs, calls(a, b)]).toEqual([HOUR, [2, 1]])
  })

  test('a failure of another kind is that of the target', async () => {
    const [a, b] = [remote<Bad>('a', () => new Bad({})), fine('b')]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(once)
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 })
    expect(dead).toMatchObject([{ hop: 'ab', error: { _tag: 'Bad' } }])
    expect(calls(a, b)).toEqual([1, 0])
  })

  test('a target that throws is StepFailed, and nobody else is asked', async () => {
    const a = remote('a', () => {
      throw new Error('bug')
    })
    const b = fine('b')
    const f = flow('f')
      .input<Order>()
      .via(failover('ab', [a, b]))
    expect(await f.call({ n: 1 })).toMatchObject({ left: { _tag: 'StepFailed', cause: { message: 'bug' } } })
    expect(calls(a, b)).toEqual([1, 0])
  })
})

describe('failover and parked destinations', () => {
  test('passes over one that is parked, without calling it', async () => {
    const [a, b] = [parkedUntil('a', START + HOUR), fine('b')]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f)
    for (let n = 0; n < 10; n++) {
      await t.give({ n })
      await t.run(10)
    }
    expect(calls(a, b)).toEqual([1, 10])
    await t.run(HOUR)
    await t.send({ n: 10 })
    expect(calls(a, b)).toEqual([2, 10])
  })

  test('waits in the journal while all are parked, spends nothing, and begins with the one that opens first', async () => {
    const [a, b] = [parkedUntil('a', START + 2 * HOUR), parkedUntil('b', START + HOUR)]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f)
    await t.give({ n: 0 })
    await t.run(10)
    for (let n = 1; n < 10; n++) await t.give({ n })
    await t.run(HOUR - 100)
    expect(t.runtime.health()).toMatchObject({ inFlight: 0, pending: 10 })
    expect(calls(a, b)).toEqual([1, 1])
    const { dead } = await t.settle()
    expect([dead, calls(a, b)]).toEqual([[], [1, 11]])
    expect(b.calls[1]!.at).toBe(START + HOUR)
    expect(b.calls.filter((c) => c.attempt === 1)).toHaveLength(10)
  })

  test('uses all the slots of the first that is open, and no more are claimed than it has', async () => {
    let inside = 0
    let most = 0
    const destination = createDestination({ name: 'a remote', concurrency: 8 })
    const work = async (_b: Order, { clock }: Context): Promise<object> => {
      most = Math.max(most, ++inside)
      await clock.sleep(100)
      inside--
      return {}
    }
    const [a, b] = [remote('a', work, { destination }), fine('b')]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f)
    for (let n = 0; n < 80; n++) await t.give({ n })
    await t.run(1)
    expect(t.runtime.health()).toMatchObject({ inFlight: 8 })
    const { virtualMs } = await t.settle()
    expect([most, virtualMs, calls(a, b)]).toEqual([8, 999, [80, 0]])
  })

  test('what is parked is known after a restart too', async () => {
    const [a, b] = [parkedUntil('a', START + HOUR), fine('b')]
    const f = flow('f')
      .input<Order>()
      .to(failover('ab', [a, b]))
      .otherwise(quick)
    await using t = testFlow(f)
    await t.give({ n: 0 })
    await t.run(10)
    await t.restart()
    await t.give({ n: 1 })
    await t.run(10)
    expect(calls(a, b)).toEqual([1, 2])
  })

  test('a call does not wait for one that is parked either, unless all are', async () => {
    const clock = virtualClock({ start: START })
    const [a, b] = [parkedUntil('a', START + HOUR), parkedUntil('b', START + 2 * HOUR)]
    const both = failover('ab', [a, b])
    const call = (): Promise<unknown> =>
      Promise.resolve(
        both.run(
          { n: 1 },
          new CallContext({ clock, ids: { next: () => 'id' }, log: silentLogger, config: {} }, 'test', {}),
        ),
      )
    expect(await call()).toMatchObject({ left: { _tag: 'FailoverExhausted' } })
    let done: unknown
    const waiting = call().then((r) => (done = r))
    await clock.settle(() => done !== undefined)
    await waiting
    expect(done).toEqual(right({}))
    expect([clock.now() - START, calls(a, b)]).toEqual([HOUR, [2, 1]])
    expect(await call()).toEqual(right({}))
  })
})

describe('the parts of a failover', () => {
  test('remember what they do once apart from each other', async () => {
    const destination = createDestination({ name: 'd' })
    const made = (name: string, fails: boolean) =>
      target({
        name,
        destination,
        effect: 'idempotent',
        async run(_input: Order, ctx) {
          const id = await ctx.once('id', async () => `of ${name}`)
          return fails ? left(new Down({})) : right(id)
        },
      })
    const f = flow('f')
      .input<Order>()
      .via(failover('ab', [made('a', true), made('b', false)]))
    expect(await f.call({ n: 1 })).toEqual(right('of b'))
  })

  test('combine their effects honestly', () => {
    const [i, k, u] = [
      fine('i', { effect: 'idempotent' }),
      fine('k', { effect: 'keyed' }),
      fine('u', { effect: 'unsafe' }),
    ]
    const together = { sharedDeduplication: true } as const
    expect(failover('x', [i, k], together).effect).toBe('keyed')
    expect(failover('x', [i, u], together).effect).toBe('unsafe')
    expect(failover('x', [i, fine('j', { effect: 'idempotent' })]).effect).toBe('unsafe')
    expect(failover('x', [k]).effect).toBe('keyed')
    expect(roundRobin('x', [i, k]).effect).toBe('keyed')
    expect(roundRobin('x', [i, k, u]).effect).toBe('unsafe')
  })

  test.each([
    [() => failover('x', [] as never), 'failover "x": targets: expected at least one target'],
    [() => failover('', [fine('a')]), 'failover: name: expected a text that is not empty, got ""'],
    [
      () => failover('x', [fine('a'), fine('a')]),
      'failover "x": targets: two are named "a"; what is remembered of them goes by name',
    ],
    [() => failover('x', ['a'] as never), 'failover "x": targets: expected targets, got string'],
    [() => roundRobin('x', [] as never), 'roundRobin "x": targets: expected at least one target'],
  ])('are checked (%#)', (make, message) => {
    expect(make).toThrow(new TypeError(message))
  })
})

import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  byKind,
  CallContext,
  createDestination,
  deadLetter,
  failure,
  flow,
  left,
  read,
  retry,
  right,
  silentLogger,
  systemClock,
  target,
  type Destination,
  type Result,
  type OutcomeUnknown,
  type Seen,
  type Tagged,
  type Target,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'

class Down extends failure('Down', 'transient')<{ readonly retryAt?: number }> {}
class Bad extends failure('Bad', 'permanent')<object> {}
class Cut extends failure('Cut', 'unknown')<object> {}

interface Asset {
  readonly id: string
}

/** Two calls of one destination that has one slot, made into one target. */
const upload = (
  fails: (call: string, nth: number) => Tagged | undefined = () => undefined,
  seen: (failed: boolean) => Seen = () => ({ as: 'ok' }),
) => {
  const destination = createDestination({ name: 'dam', concurrency: 1 })
  const calls: string[] = []
  const one = (name: string) =>
    target({
      name,
      destination,
      effect: 'idempotent',
      call(input: Asset) {
        calls.push(`${name} ${input.id}`)
        const failed = fails(name, calls.length) as Down | undefined
        return {
          result: failed === undefined ? right({ name }) : left(failed),
          seen: seen(failed !== undefined),
        }
      },
    })
  const [record, send] = [one('record'), one('send')]
  const put = target({
    name: 'put',
    destination,
    effect: 'keyed',
    async run(input: Asset, ctx) {
      const first = await record.run(input, ctx)
      if (first._tag === 'Left') return first
      return input.id === 'bad' ? left(new Bad({})) : send.run(input, ctx)
    },
    preview: (input) => ({ puts: input.id }),
  })
  return { destination, calls, put }
}

declare const failureOf: <A, B, E extends Tagged>(target: Target<A, B, E>) => E

describe('a target made of several calls', () => {
  test('makes them in one hop, each with a slot of its own', async () => {
    const { put, calls } = upload()
    await using t = testFlow(flow('f').input<Asset>().to(put).otherwise(byKind()))
    const { delivered, pending } = await t.send({ id: 'a' })
    expect(delivered).toMatchObject([{ target: 'put', input: { id: 'a' } }])
    expect([calls, pending]).toEqual([['record a', 'send a'], 0])
  })

  test('is run again from the start after a failure of any of them', async () => {
    const { put, calls } = upload((name, nth) => (name === 'send' && nth < 4 ? new Down({}) : undefined))
    await using t = testFlow(flow('f').input<Asset>().to(put).otherwise(byKind()))
    const { dead } = await t.send({ id: 'a' })
    expect(dead).toEqual([])
    expect(calls.map((c) => c.split(' ')[0])).toEqual(['record', 'send', 'record', 'send'])
  })

  test('sends its message back to wait when one of them finds the destination parked', async () => {
    const parked: Seen = { as: 'refused', retryAt: Date.UTC(2026, 0, 1, 1) }
    const { put, calls } = upload(
      (name, nth) => (name === 'record' && nth === 1 ? new Down({ retryAt: parked.retryAt! }) : undefined),
      (failed) => (failed ? parked : { as: 'ok' }),
    )
    await using t = testFlow(flow('f').input<Asset>().to(put).otherwise(byKind()))
    const { virtualMs, dead } = await t.send({ id: 'a' })
    expect([calls.length, dead]).toEqual([3, []])
    expect(virtualMs).toBeGreaterThanOrEqual(3_600_000)
  })

  test('an outcome of kind unknown is transient: it may simply be run again', async () => {
    const { put } = upload((name) => (name === 'send' ? new Cut({}) : undefined))
    const result = await put.run({ id: 'a' }, contextOf())
    expect(result).toMatchObject({ left: { _tag: 'Cut', kind: 'transient' } })
  })

  test('has the failures of its calls in its type, its own, and a dry run of its own', async () => {
    const { put, calls } = upload()
    expectTypeOf(() => failureOf(put)).returns.toEqualTypeOf<Down | Bad>()
    expect(await put.run({ id: 'bad' }, contextOf())).toMatchObject({ left: { _tag: 'Bad' } })
    calls.length = 0
    expect(await put.preview!({ id: 'a' }, contextOf())).toEqual({ puts: 'a' })
    expect(await put.with((id: string) => ({ id })).preview!('b', contextOf())).toEqual({ puts: 'b' })
    expect(calls).toEqual([])
  })

  test('when it is unsafe it is asked, and what stays unknown is OutcomeUnknown', async () => {
    const destination = createDestination({ name: 'dam' })
    const made = (reconcile?: () => Promise<'absent' | { found: number }>) =>
      target({
        name: 'put',
        destination,
        effect: 'unsafe',
        run: (): Result<Cut, number> => left(new Cut({})),
        ...(reconcile && { reconcile }),
      })
    expectTypeOf(() => failureOf(made())).returns.toEqualTypeOf<Cut | OutcomeUnknown>()
    expect(await made().run({ id: 'a' }, contextOf())).toMatchObject({ left: { _tag: 'OutcomeUnknown' } })
    expect(await made(async () => ({ found: 7 })).run({ id: 'a' }, contextOf())).toEqual(right(7))
    expect(await made(async () => 'absent').run({ id: 'a' }, contextOf())).toMatchObject({
      left: { _tag: 'Cut', kind: 'transient' },
    })
  })

  test('has either one call or several', () => {
    const destination = createDestination({ name: 'dam' })
    const both = { name: 'x', destination, effect: 'keyed', run: () => right(1), call: () => undefined }
    expect(() => target(both as never)).toThrow(/"x": expected either `call`, for one call, or `run`/)
    expect(() => target({ name: 'x', destination, effect: 'keyed' } as never)).toThrow(/expected either/)
  })

  test('is routed like any other, by the tags of its calls and its own', async () => {
    const { put } = upload()
    const open = flow('f').input<Asset>().to(put)
    // @ts-expect-error Bad is not routed
    const incomplete = (): unknown => open.onError({ Down: retry() })
    await using t = testFlow(open.onError({ Down: retry(), Bad: deadLetter() }))
    expect((await t.send({ id: 'bad' })).dead).toMatchObject([{ hop: 'put', error: { _tag: 'Bad' } }])
    expect(incomplete).toBeTypeOf('function')
  })
})

describe('a call whose reply is read later', () => {
  const holding = (destination: Destination, seen: Promise<Seen>) =>
    read({ name: 'open', destination, call: () => ({ result: right('stream'), seen }) })

  test.each([
    [
      'has ended',
      (_: (s: Seen) => void, __: (e: Error) => void, end: (s: Seen) => void) => end({ as: 'ok' }),
    ],
    ['has failed without a word', (_: unknown, fail: (e: Error) => void) => fail(new Error('lost'))],
  ])('holds its slot until that %s', async (_, end) => {
    const destination = createDestination({ name: 'dam', concurrency: 1 })
    let resolve!: (seen: Seen) => void
    let reject!: (error: Error) => void
    const seen = new Promise<Seen>((yes, no) => {
      resolve = yes
      reject = no
    })
    const step = holding(destination, seen)
    const gate = destination.gate(systemClock)
    expect(await step.run('x', contextOf())).toEqual(right('stream'))
    expect(gate.free()).toBe(0)
    end(resolve, reject, resolve)
    await seen.catch(() => {})
    expect(gate.free()).toBe(1)
  })
})

const contextOf = (): CallContext =>
  new CallContext(
    { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
    'test',
    {},
  )

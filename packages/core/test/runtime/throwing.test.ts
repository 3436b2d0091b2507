import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  flow,
  isFailure,
  read,
  target,
  type Deployable,
  type Step,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, remote, type Order } from '../semantics/remote.js'

// What is thrown may be anything, even what cannot be made a text or looked into.
const hostile: readonly (readonly [string, unknown])[] = [
  ['an error', new Error('broken')],
  ['a text', 'broken'],
  ['nothing', undefined],
  ['null', null],
  ['an object without a prototype', Object.create(null)],
  ['an object that cannot be made a text', { toString: () => 1 / 0 }],
  [
    'an object whose fields throw',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
      },
    ),
  ],
  ['what looks like a failure', { _tag: 'Filtered', kind: 'transient' }],
]

const throwing = (what: unknown) => (): never => {
  throw what
}
const rejecting = (what: unknown) => async (): Promise<never> => {
  throw what
}

/** Where a flow may call a user's function, and the step that is then at fault. */
const places = (f: () => never): readonly (readonly [string, string, Deployable])[] => {
  const start = flow('f').input<Order>()
  const destination = createDestination({ name: 'd', circuit: false })
  const bad = () => failing<Bad>('bad', 9, () => new Bad({}))
  const step: Step<Order, Order> = { name: 'own', effect: 'none', run: f }
  return [
    ['map', 'm', start.map('m', f).to(fine('to')).otherwise(deadLetter())],
    ['filter', 'm', start.filter('m', f).to(fine('to')).otherwise(deadLetter())],
    ['a step of one’s own', 'own', start.via(step).to(fine('to')).otherwise(deadLetter())],
    [
      'a read',
      'look',
      start
        .via(read({ name: 'look', destination, call: f }))
        .to(fine('to'))
        .otherwise(deadLetter()),
    ],
    [
      'a target',
      'to',
      start.to(target({ name: 'to', destination, effect: 'keyed', call: f })).otherwise(deadLetter()),
    ],
    [
      'an unsafe target',
      'to',
      start.to(target({ name: 'to', destination, effect: 'unsafe', call: f })).otherwise(deadLetter()),
    ],
    ['with', 'to', start.to(fine('to').with(f)).otherwise(deadLetter())],
    ['into', 'to', start.to(fine('to'), { into: f }).otherwise(deadLetter())],
    ['recover, in the hop', 'recover Bad', start.to(bad()).recover('Bad', f).otherwise(deadLetter())],
    [
      'recover, later',
      'recover Bad',
      start.to(bad()).to(fine('x')).recover('Bad', f).otherwise(deadLetter()),
    ],
    [
      'a case',
      'w',
      start.choose((c) => c.when('w', f, fine('a')).otherwise(fine('b'))).otherwise(deadLetter()),
    ],
    ['split', 's', start.split('s', f, fine('a')).otherwise(deadLetter())],
    [
      'once',
      'm',
      start
        .map('m', (b, ctx) => ctx.once('x', f).then(() => b))
        .to(fine('to'))
        .otherwise(deadLetter()),
    ],
    [
      'a codec',
      'kept',
      start.durable('kept', { encode: f, decode: f }).to(fine('to')).otherwise(deadLetter()),
    ],
  ]
}

describe('a user function that throws', () => {
  for (const [called, what] of hostile)
    test(`${called}: StepFailed of its step, a dead letter, and the runtime goes on`, async () => {
      for (const [place, at, f] of places(throwing(what))) {
        await using t = testFlow(f)
        const r = await t.send({ n: 1 })
        expect([place, r.pending, r.dead.length]).toEqual([place, 0, 1])
        expect(r.dead[0]!.error).toMatchObject({ _tag: 'StepFailed', step: at, kind: 'permanent' })
        expect((await t.send({ n: 2 })).dead).toHaveLength(2)
        expect(t.runtime.health()).toMatchObject({ status: 'ready', pending: 0, inFlight: 0 })
      }
    })

  test('asynchronously: the same', async () => {
    for (const [, what] of hostile) {
      const asynchronous = rejecting(what) as unknown as () => never
      for (const [place, at, f] of places(asynchronous).filter(
        ([p]) => !['with', 'into', 'a case', 'split', 'a codec'].includes(p),
      )) {
        await using t = testFlow(f)
        const r = await t.send({ n: 1 })
        expect([place, r.pending, r.dead.length]).toEqual([place, 0, 1])
        expect(r.dead[0]!.error).toMatchObject({ _tag: 'StepFailed', step: at })
      }
    }
  })

  test('in a call: on the left of call, and what run rejects with', async () => {
    for (const [, what] of hostile) {
      const f = flow('f').input<Order>().map('m', throwing(what))
      expect(await f.call({ n: 1 })).toMatchObject({ _tag: 'Left', left: { _tag: 'StepFailed', step: 'm' } })
      const rejected = await f.run({ n: 1 }).catch((e: unknown) => e)
      expect(isFailure(rejected)).toBe(true)
    }
  })
})

describe('a user function that gives nonsense', () => {
  test('a step that gives no result', async () => {
    for (const nonsense of [undefined, null, 7, {}, { _tag: 'Right?' }, Promise.resolve(undefined)]) {
      const step = { name: 'own', effect: 'none', run: () => nonsense } as unknown as Step<Order, Order>
      await using t = testFlow(flow('f').input<Order>().via(step).to(fine('to')).otherwise(deadLetter()))
      const r = await t.send({ n: 1 })
      expect([r.pending, r.dead.map((d) => (d.error as { _tag: string })._tag)]).toEqual([0, ['StepFailed']])
    }
  })

  test('a target whose answer says nothing of what was seen', async () => {
    for (const answer of [undefined, {}, { result: undefined, seen: undefined }]) {
      const to = target<Order, unknown, never, 'keyed'>({
        name: 'to',
        destination: createDestination({ name: 'd', concurrency: 1, circuit: false }),
        effect: 'keyed',
        call: () => answer as never,
      })
      await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter()))
      // Were its slot not given back, the second would wait for ever.
      const r = await t.sendAll([{ n: 1 }, { n: 2 }])
      expect([r.pending, r.dead.length]).toEqual([0, 2])
    }
  })

  test('a failure whose fields throw is stored as far as it can be read', async () => {
    class Hostile extends Bad {
      get secretive(): string {
        throw new Error('no')
      }
    }
    const to = remote<Bad>('to', () =>
      Object.defineProperty(new Hostile({}), 'worse', { enumerable: true, get: throwing(1) }),
    )
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
    const r = await t.send({ n: 1 })
    expect(r.dead).toMatchObject([{ error: { _tag: 'Bad' } }])
  })

  test('a filter that gives no boolean goes by its truth', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .filter('some', (b) => b.n as unknown as boolean)
      .to(to)
      .otherwise(byKind())
    await using t = testFlow(f)
    await t.sendAll([{ n: 0 }, { n: 1 }])
    expect(to.calls.map((c) => c.input.n)).toEqual([1])
  })
})

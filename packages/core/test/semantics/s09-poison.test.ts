import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  DecodeFailed,
  discard,
  divert,
  flow,
  left,
  memoryJournal,
  memoryStore,
  retry,
  right,
  type AcceptOptions,
  type AlertTarget,
  type Failed,
  type Source,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { counted } from './counted.js'
import { fine, inputs, remote, type Order } from './remote.js'
import { orders } from './source.js'

const broken = (): never => {
  throw new Error('a broken function')
}
const poison = { no: 'number' }

describe('S9 poison is dead-lettered at accept', () => {
  test('with its raw input and what is wrong with it', async () => {
    await using t = testFlow(flow('f').from(orders()).to(fine('to')).otherwise(byKind()))
    const r = await t.send(poison)
    expect(r.accepted[0]!.as).toBe('dead')
    expect(r.dead).toMatchObject([
      { body: poison, error: { _tag: 'DecodeFailed', kind: 'poison', issues: [{ path: ['n'] }] } },
    ])
  })

  test('it is dead as soon as it is accepted: no worker had to touch it', async () => {
    await using t = testFlow(flow('f').from(orders()).to(fine('to')).otherwise(byKind()), {
      runtime: { role: 'accept' },
    })
    await t.give(poison)
    expect((await t.runtime.deadLetters.list()).map((d) => d.body)).toEqual([poison])
  })

  test('listeners of dead letters hear of it, though no attempt was made', async () => {
    await using t = testFlow(flow('f').from(orders()).to(fine('to')).otherwise(byKind()))
    const heard: unknown[] = []
    t.runtime.events.on('accepted', (e) => heard.push(e.as))
    t.runtime.events.on('dead', (e) => heard.push(e))
    const { dead } = await t.send(poison)
    expect(heard).toEqual([
      'dead',
      {
        flow: 'f',
        hop: dead[0]!.hop,
        id: dead[0]!.id,
        at: t.clock.now(),
        attempt: 0,
        ms: 0,
        error: dead[0]!.error,
      },
    ])
  })

  test('a listener that throws when it hears of poison keeps nothing from the next message', async () => {
    const to = fine('to')
    await using t = testFlow(flow('f').from(orders()).to(to).otherwise(byKind()))
    t.runtime.events.on('dead', broken)
    const r = await t.sendAll([poison, { n: 1 }])
    expect([r.accepted.map((a) => a.as), to.calls.length]).toEqual([['dead', 'accepted'], 1])
  })

  test('an entry that the journal cannot give back whole is a dead letter that is told of and listed', async () => {
    const store = memoryStore()
    let journal = memoryJournal({ store })
    const to = fine('to')
    const f = flow('f').input<Order>().durable('kept').to(to).otherwise(byKind())
    await using t = testFlow(f, { journal: (clock) => (journal = memoryJournal({ clock, store })) })
    await t.settle()
    const heard: unknown[] = []
    t.runtime.events.on('dead', (e) => heard.push([e.id, e.error._tag]))
    await journal.accept([{ flow: 'f', hop: 'to', id: 'torn', body: '{"n":' }])
    const r = await t.send({ n: 1 })
    expect(heard).toEqual([['torn', 'DecodeFailed']])
    expect(r.dead).toMatchObject([{ id: 'torn', body: '{"n":', error: { _tag: 'DecodeFailed' } }])
    expect(inputs(to)).toEqual([{ n: 1 }])
  })

  test('a message that is poison still when it is replayed is told of again', async () => {
    await using t = testFlow(flow('f').from(orders()).to(fine('to')).otherwise(byKind()))
    const { dead } = await t.send(poison)
    const heard: string[] = []
    t.runtime.events.on('dead', (e) => heard.push(e.id))
    const r = await t.replay(dead[0]!.id, 'message')
    expect(heard).toEqual(r.dead.map((d) => d.id))
    expect(heard).not.toEqual([dead[0]!.id])
  })

  for (const what of ['key', 'dedupe'] as const)
    test(`a ${what} function that throws is StepFailed, with the raw input`, async () => {
      const to = fine('to')
      await using t = testFlow(
        flow('f')
          .from(orders(), { [what]: broken })
          .to(to)
          .otherwise(byKind()),
      )
      const r = await t.send({ n: 1 })
      expect(r.accepted[0]!.as).toBe('dead')
      expect(r.dead).toMatchObject([{ body: { n: 1 }, error: { _tag: 'StepFailed' } }])
      expect(to.calls).toEqual([])
    })

  test('so are functions of latest that throw, and versions or keys that are none', async () => {
    const options: readonly AcceptOptions<Order>[] = [
      { latest: { key: broken, version: () => 1 } },
      { latest: { key: () => 'k', version: broken } },
      { latest: { key: () => 'k', version: () => NaN } },
      { latest: { key: () => 'k', version: (() => undefined) as never } },
      { key: (() => undefined) as never },
      { key: (async () => 'late') as never },
      { dedupe: (() => 7) as never },
    ]
    for (const o of options) {
      await using t = testFlow(flow('f').from(orders(), o).to(fine('to')).otherwise(byKind()))
      const r = await t.send({ n: 1 })
      expect(r.dead).toMatchObject([{ body: { n: 1 }, error: { _tag: 'StepFailed' } }])
    }
  })

  test('never blocks: others of its source, before and after it, are delivered', async () => {
    const to = fine('to')
    await using t = testFlow(
      flow('f')
        .from(orders(), { key: () => 'one' })
        .to(to)
        .otherwise(deadLetter({ key: 'block' })),
    )
    const r = await t.sendAll([{ n: 1 }, poison, { n: 2 }])
    expect(r.accepted.map((a) => a.as)).toEqual(['accepted', 'dead', 'accepted'])
    expect(inputs(to)).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('never burns retries, even where its route says retry', async () => {
    await using t = testFlow(
      flow('f')
        .from(orders())
        .to(fine('to'))
        .otherwise(retry({ initial: '1h' })),
    )
    const r = await t.send(poison)
    expect([r.dead.length, r.virtualMs, r.dead[0]!.attempts <= 1]).toEqual([1, 0, true])
  })

  test('is refused when the source asks for that: nothing is stored', async () => {
    await using t = testFlow(flow('f').from(orders()).to(fine('to')).otherwise(byKind()))
    const r = await t.sendAll([{ n: 1 }, poison], { undecodable: 'refuse' })
    expect(r.accepted[0]!.as).toBe('accepted')
    expect(r.accepted[1]).toMatchObject({ as: 'refused', failure: { _tag: 'DecodeFailed' } })
    expect([r.dead, counted(await t.runtime.counts(), 'in')]).toEqual([[], 1])
  })

  test('a message whose key function throws is not refused: the sender cannot help it', async () => {
    await using t = testFlow(flow('f').from(orders(), { key: broken }).to(fine('to')).otherwise(byKind()))
    const r = await t.send({ n: 1 }, { undecodable: 'refuse' })
    expect(r.accepted[0]!.as).toBe('dead')
  })

  test('a decoder that throws, or rejects, has failed to decode', async () => {
    const decoders: Source<Order>['decode'][] = [broken, () => Promise.reject(new Error('a broken decoder'))]
    for (const decode of decoders) {
      const source: Source<Order> = { ...orders(), decode }
      await using t = testFlow(flow('f').from(source).to(fine('to')).otherwise(byKind()))
      const r = await t.send({ n: 1 })
      expect(r.dead).toMatchObject([{ error: { _tag: 'DecodeFailed' } }])
    }
  })

  test('a decoder that gives no result has failed to decode, and spoils no group', async () => {
    for (const nonsense of [undefined, null, 7, {}, Promise.resolve('x')]) {
      const decode = (raw: unknown) => (raw === 'bad' ? nonsense : right({ n: 1 }))
      const source = { ...orders(), decode } as unknown as Source<Order>
      const to = fine('to')
      await using t = testFlow(flow('f').from(source).to(to).otherwise(byKind()))
      const r = await t.sendAll(['good', 'bad', 'good'])
      expect(r.accepted.map((a) => a.as)).toEqual(['accepted', 'dead', 'accepted'])
      expect([r.dead.length, to.calls.length]).toEqual([1, 2])
    }
  })

  test('a decoder may be asynchronous', async () => {
    const source: Source<Order> = {
      ...orders(),
      decode: async () => left(new DecodeFailed([{ path: ['late'], message: 'is wrong' }])),
    }
    await using t = testFlow(flow('f').from(source).to(fine('to')).otherwise(byKind()))
    expect((await t.send({ n: 1 })).dead).toMatchObject([{ error: { issues: [{ path: ['late'] }] } }])
  })
})

describe('S9 routes of poison are honoured', () => {
  test('discard: it ends, counted as discarded', async () => {
    await using t = testFlow(
      flow('f').from(orders()).on('DecodeFailed', discard('not ours')).to(fine('to')).otherwise(byKind()),
    )
    const r = await t.send(poison)
    expect([r.dead, r.pending, counted(await t.runtime.counts(), 'discarded')]).toEqual([[], 0, 1])
  })

  test('divert: the other flow gets the raw input', async () => {
    const desk = remote<never, Failed>('desk', () => ({}))
    const repair = flow('repair').input<Failed>().to(desk).otherwise(deadLetter())
    const f = flow('f')
      .from(orders())
      .to(fine('to'))
      .onError({ DecodeFailed: divert(repair) })
    await using t = testFlow(f, { flows: [repair] })
    await t.send(poison)
    expect(desk.calls[0]!.input).toMatchObject({ body: poison, flow: 'f', error: { _tag: 'DecodeFailed' } })
  })

  test('alert: somebody is told, and it is a dead letter', async () => {
    const pager = fine<never>('pager') as unknown as AlertTarget
    await using t = testFlow(
      flow('f')
        .from(orders())
        .to(fine('to'))
        .otherwise(byKind({ poison: deadLetter().alert(pager) })),
    )
    const r = await t.send(poison)
    expect(r.dead).toMatchObject([{ body: poison }])
    expect(r.alerts).toMatchObject([{ tag: 'DecodeFailed', count: 1 }])
  })

  test('the flow itself runs for none of it', async () => {
    const ran: unknown[] = []
    const f = flow('f')
      .from(orders())
      .map('first', (b) => (ran.push(b), b))
      .to(fine('to'))
      .otherwise(discard('whatever'))
    await using t = testFlow(f)
    await t.send(poison)
    expect(ran).toEqual([])
  })

  test('a replay decodes again: poison that a new build understands is delivered', async () => {
    const to = fine('to')
    let understands = false
    const source: Source<Order> = {
      ...orders(),
      decode: (raw) => (understands ? { _tag: 'Right', right: { n: 0 } } : orders().decode(raw)),
    }
    await using t = testFlow(flow('f').from(source).to(to).otherwise(byKind()))
    const { dead } = await t.send(poison)
    understands = true
    const r = await t.replay(dead[0]!.id)
    expect([inputs(to), r.dead]).toEqual([[{ n: 0 }], []])
  })

  test('a replay of the whole message asks for its key and version again', async () => {
    let fixed = false
    const f = flow('f')
      .from(orders(), { key: (b) => (fixed ? String(b.n) : broken()) })
      .tap('look', (_b, ctx) => keys.push(ctx.message.key))
      .to(fine('to'))
      .otherwise(byKind())
    const keys: unknown[] = []
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 7 })
    fixed = true
    const r = await t.replay(dead[0]!.id, 'message')
    expect([keys, r.dead]).toEqual([['7'], []])
  })
})

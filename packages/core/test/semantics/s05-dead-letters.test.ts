import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  flow,
  memoryJournal,
  memoryStore,
  read,
  retry,
  right,
  type Clock,
  type Journal,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { counted } from './counted.js'
import { Bad, Busy, Down, failing, fine, remote, type Order } from './remote.js'

const bad = (name: string, times = Infinity) => failing<Bad>(name, times, () => new Bad({ status: 422 }))

describe('S5 everything stays with the entry into the dead letter', () => {
  test('each attempt with its failure, when and how long', async () => {
    const errors = [new Down({}), new Busy({}), new Bad({ status: 400 })]
    const to = remote<Down | Busy | Bad>('to', async (_b, ctx, nth) => {
      await ctx.clock.sleep(250)
      return errors[nth - 1]
    })
    const f = flow('f')
      .input<Order>()
      .to(to)
      .otherwise(byKind({ transient: retry({ initial: '1s', factor: 1, jitter: 'none' }) }))
    await using t = testFlow(f)
    const start = t.clock.now()
    await t.send({ n: 1 })
    const [letter] = await t.runtime.deadLetters.list()
    expect(letter!.errors).toMatchObject([
      { _tag: 'Down', attempt: 1, hop: 'to', at: start + 250, ms: 250 },
      { _tag: 'Busy', attempt: 2, hop: 'to', at: start + 1500, ms: 250 },
      { _tag: 'Bad', attempt: 3, hop: 'to', at: start + 2750, ms: 250, status: 400 },
    ])
    expect(letter!.attempts).toBe(3)
  })

  test('attempts counts the one that failed for good', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad('to')).otherwise(deadLetter()))
    const r = await t.send({ n: 1 })
    expect(r.dead[0]!.attempts).toBe(1)
  })

  test('of very many attempts, the first and the last are kept', async () => {
    const to = failing('to', Infinity)
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(to)
        .otherwise(retry({ attempts: 100, initial: '1s' })),
    )
    await t.send({ n: 1 })
    const [letter] = await t.runtime.deadLetters.list()
    const kept = letter!.errors.map((e) => e.attempt)
    expect([kept[0], kept.at(-1), kept.length]).toEqual([1, 100, 20])
    expect(letter!.attempts).toBe(100)
  })

  test('the version of the flow, the headers and the input of the hop', async () => {
    const f = flow('f', { version: 3 })
      .input<Order>()
      .map('add', (b) => ({ n: b.n + 1 }))
      .to(fine('first'))
      .to(bad('to'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 }, { headers: { 'x-case': '7' } })
    expect(await t.runtime.deadLetters.list()).toMatchObject([
      { version: 3, headers: { 'x-case': '7' }, body: { n: 2 }, flow: 'f', hop: 'to' },
    ])
  })

  test('the raw input stays as long as anything of its message is dead', async () => {
    const f = flow('f')
      .input<Order>()
      .map('forget', () => ({ n: 0 }))
      .to(fine('first'))
      .to(bad('to', 1))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 41 })
    await t.restart({ clean: true })
    const r = await t.replay(dead[0]!.id, 'message')
    expect(r.delivered.map((d) => [d.hop, d.input])).toEqual([
      ['first', { n: 0 }],
      ['first', { n: 0 }],
      ['to', { n: 0 }],
    ])
  })
})

describe('S5 one dead letter is shown as a whole', () => {
  const f = flow('f')
    .input<Order>()
    .map('add', (b) => ({ n: b.n + 1 }))
    .to(fine('first'))
    .to(bad('to'))
    .otherwise(deadLetter())

  test('the raw input, the attempts, their failures, and what a replay would send', async () => {
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 }, { headers: { 'x-case': '7' }, type: 'placed' })
    const { id } = dead[0]!
    expect(await t.runtime.deadLetters.show(id)).toEqual({
      ...(await t.runtime.deadLetters.list())[0],
      message: {
        id: id.split('/')[0],
        source: 'test',
        type: 'placed',
        time: expect.any(Number),
        headers: { 'x-case': '7' },
        raw: { n: 1 },
      },
      advice: {
        means: 'The same input fails again.',
        first: expect.stringContaining('Mend what it fails on'),
        replay: 'after-change',
      },
      again: { id, flow: 'f', hop: 'to', target: 'to', sends: { n: 2 } },
    })
  })

  test('one that is replayed, or was none, is not there', async () => {
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 })
    await t.runtime.deadLetters.discard([dead[0]!.id], 'seen')
    expect(await t.runtime.deadLetters.show(dead[0]!.id)).toBeUndefined()
    expect(await t.runtime.deadLetters.show('nobody/to')).toBeUndefined()
  })

  test('one whose hop is not deployed any more is shown, and says so', async () => {
    const store = memoryStore()
    const journal = (clock: Clock): Journal => memoryJournal({ clock, store })
    const before = testFlow(f, { journal })
    const { dead } = await before.send({ n: 1 })
    await before.stop()
    await using t = testFlow(flow('f').input<Order>().to(fine('other')).otherwise(deadLetter()), { journal })
    await t.settle()
    const shown = await t.runtime.deadLetters.show(dead[0]!.id)
    expect(shown).toMatchObject({
      body: { n: 2 },
      message: { raw: { n: 1 } },
      again: { ends: { _tag: 'Orphan' } },
    })
  })
})

describe('S5 replay', () => {
  test('of a hop moves it from dead back to pending, and it goes on from there', async () => {
    const to = bad('to', 1)
    const end = fine('end')
    await using t = testFlow(flow('f').input<Order>().to(to).to(end).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    expect(await t.runtime.deadLetters.replay([dead[0]!.id])).toEqual([{ id: dead[0]!.id, as: 'replayed' }])
    const between = await t.runtime.counts()
    expect([counted(between, 'dead'), counted(between, 'waiting')]).toEqual([0, 1])
    await t.settle()
    expect(end.calls).toHaveLength(1)
    expect(to.calls.map((c) => c.key)).toEqual([dead[0]!.id, dead[0]!.id])
  })

  test('of a message is a new root with causation, and the old one is counted as replayed', async () => {
    const said: unknown[] = []
    const to = bad('to', 1)
    const f = flow('f')
      .input<Order>()
      .tap('look', (_b, ctx) => {
        const { id, correlationId, causationId } = ctx.message
        said.push({ id, correlationId, causationId })
      })
      .to(to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 5 })
    const old = dead[0]!.id
    const [replayed] = await t.runtime.deadLetters.replay([old], { what: 'message' })
    await t.settle()
    expect(replayed).toMatchObject({ id: old, as: 'replayed' })
    expect(replayed!.root).not.toBe(old)
    expect(said).toEqual([
      { id: old, correlationId: old, causationId: undefined },
      { id: replayed!.root, correlationId: old, causationId: old },
    ])
    const counts = await t.runtime.counts()
    expect([
      counted(counts, 'in'),
      counted(counts, 'replayed'),
      counted(counts, 'delivered'),
      counted(counts, 'dead'),
    ]).toEqual([2, 1, 1, 0])
  })

  test('of a message whose branches are both dead makes one new message', async () => {
    const a = bad('a', 1)
    const b = bad('b', 1)
    await using t = testFlow(flow('f').input<Order>().fanOut({ a, b }).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    const replayed = await t.runtime.deadLetters.replay({ flow: 'f' }, { what: 'message' })
    await t.settle()
    expect(new Set(replayed.map((r) => r.root)).size).toBe(1)
    expect(replayed.map((r) => r.id).sort()).toEqual(dead.map((d) => d.id).sort())
    expect([a.calls.length, b.calls.length]).toEqual([2, 2])
  })

  test('of a message ends its other dead letters too: the new one does their work', async () => {
    const a = bad('a', 1)
    const b = bad('b', 1)
    await using t = testFlow(flow('f').input<Order>().fanOut({ a, b }).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    const r = await t.replay(dead[0]!.id, 'message')
    expect([dead.length, r.dead, a.calls.length, b.calls.length]).toEqual([2, [], 2, 2])
    expect(counted(await t.runtime.counts(), 'replayed')).toBe(2)
  })

  test('of a message leaves what is on its way alone, even when it is named', async () => {
    const a = bad('a', 1)
    const b = failing('b', 1)
    const f = flow('f')
      .input<Order>()
      .fanOut({ a, b })
      .otherwise(byKind({ transient: retry({ initial: '1h', jitter: 'none' }) }))
    await using t = testFlow(f)
    const { id } = (await t.give({ n: 1 })) as { id: string }
    await t.run(10)
    const r = await t.runtime.deadLetters.replay([`${id}/b`, `${id}/a`], { what: 'message' })
    expect(r.map((x) => x.as)).toEqual(['absent', 'replayed'])
    const after = await t.settle()
    expect([after.dead, after.pending, counted(await t.runtime.counts(), 'discarded')]).toEqual([[], 0, 0])
  })

  test('asked twice, it happens once', async () => {
    const to = bad('to', 1)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    const id = dead[0]!.id
    const both = await Promise.all([t.runtime.deadLetters.replay([id]), t.runtime.deadLetters.replay([id])])
    await t.settle()
    expect(both.map((r) => r[0]!.as)).toEqual(['replayed', 'absent'])
    expect(to.calls).toHaveLength(2)
  })

  test('of a message that is not dead does nothing at all', async () => {
    const to = failing('to', 1)
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(to)
        .otherwise(retry({ initial: '1h', jitter: 'none' })),
    )
    const { id } = (await t.give({ n: 1 })) as { id: string }
    await t.run(10)
    const r = await t.runtime.deadLetters.replay([id, 'nobody'], { what: 'message' })
    expect(r.map((x) => x.as)).toEqual(['absent', 'absent'])
    await t.settle()
    expect(to.calls).toHaveLength(2)
    expect(counted(await t.runtime.counts(), 'in')).toBe(1)
  })

  test('by query: only what it names', async () => {
    const a = bad('a', 2)
    const b = bad('b', 2)
    await using t = testFlow(flow('f').input<Order>().fanOut({ a, b }).otherwise(deadLetter()))
    await t.sendAll([{ n: 1 }, { n: 2 }])
    await t.runtime.deadLetters.replay({ hop: 'a', tag: 'Bad' })
    const r = await t.settle()
    expect([a.calls.length, b.calls.length]).toEqual([4, 2])
    expect(r.dead.map((d) => d.hop)).toEqual(['b', 'b'])
  })

  test('by query: all that it names, however many; a list shows a page of them', async () => {
    const to = bad('to', 1500)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter()))
    await t.sendAll(Array.from({ length: 1500 }, (_, i) => ({ n: i })))
    expect(await t.runtime.deadLetters.list()).toHaveLength(100)
    expect(await t.runtime.deadLetters.dryRun({ hop: 'to' })).toHaveLength(1500)
    expect(await t.runtime.deadLetters.replay({ limit: 3 })).toHaveLength(3)
    expect(await t.runtime.deadLetters.replay({ flow: 'f' })).toHaveLength(1497)
    const r = await t.settle()
    expect([r.dead.length, r.delivered.length]).toEqual([0, 1500])
  })

  test('a replay that fails again is a dead letter again, with its whole history', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad('to')).otherwise(deadLetter()))
    const { dead } = await t.send({ n: 1 })
    const r = await t.replay(dead[0]!.id)
    expect(r.dead).toHaveLength(1)
    expect((await t.runtime.deadLetters.list())[0]!.errors).toHaveLength(2)
  })
})

describe('S5 a dry run shows what would be sent', () => {
  test('and sends nothing: reads and maps run, the effect does not', async () => {
    const reads: number[] = []
    const price = read<Order, Order, never>({
      name: 'price',
      destination: createDestination({ name: 'prices' }),
      call: (b) => (reads.push(b.n), { result: right({ n: b.n * 100 }), seen: { as: 'ok' } }),
    })
    const to = failing<Bad>('to', 1, () => new Bad({}), { effect: 'unsafe' })
    const f = flow('f')
      .input<Order>()
      .to(fine('first'))
      .via(price)
      .to(to.with((b: Order) => ({ n: b.n + 1 })))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 2 })
    const seen = await t.runtime.deadLetters.dryRun([dead[0]!.id])
    expect(seen).toEqual([{ id: dead[0]!.id, flow: 'f', hop: 'to', target: 'to', sends: { n: 201 } }])
    expect([reads, to.calls.length]).toEqual([[2, 2], 1])
    const after = await t.settle()
    expect(after.dead).toHaveLength(1)
    // The dry run left no mark that would make the effect seem sent.
    const replayed = await t.replay(dead[0]!.id)
    expect(replayed.dead).toEqual([])
    expect(to.calls).toHaveLength(2)
  })

  test('says how the hop would end when it ends before its effect', async () => {
    let open = true
    const f = flow('f')
      .input<Order>()
      .filter('open', () => open)
      .to(bad('to'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 2 })
    open = false
    expect(await t.runtime.deadLetters.dryRun({ flow: 'f' })).toMatchObject([
      { id: dead[0]!.id, ends: { _tag: 'Filtered' } },
    ])
  })

  test('does not run what once() would, for that is an effect; it says so instead', async () => {
    let runs = 0
    const f = flow('f')
      .input<Order>()
      .map('token', async (b, ctx) => ({ n: b.n + (await ctx.once('token', async () => ++runs)) }))
      .to(bad('to', 1))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 10 })
    const [seen] = await t.runtime.deadLetters.dryRun([dead[0]!.id])
    expect(seen!.sends).toBeUndefined()
    expect((seen!.ends as { message: string }).message).toContain('once("token")')
    await t.replay(dead[0]!.id)
    expect(runs).toBe(1)
  })

  test('shows the body as this build reads it: upcast, and decoded', async () => {
    const f = (version: number) =>
      flow('f', { version, upcast: { 1: (b) => ({ n: (b as Order).n * 10 }) } })
        .input<Order>()
        .to(fine('first'))
        .to(bad('to'))
        .otherwise(deadLetter())
    const store = memoryStore()
    const journal = (clock: Clock): Journal => memoryJournal({ clock, store })
    const old = testFlow(f(1), { journal })
    const { dead } = await old.send({ n: 2 })
    await old.stop()
    await using t = testFlow(f(2), { journal })
    await t.settle()
    expect(await t.runtime.deadLetters.dryRun([dead[0]!.id])).toMatchObject([{ sends: { n: 20 } }])
  })
})

describe('S5 discard', () => {
  test('ends dead letters for good, counted as discarded', async () => {
    await using t = testFlow(flow('f').input<Order>().to(bad('to')).otherwise(deadLetter()))
    await t.sendAll([{ n: 1 }, { n: 2 }])
    expect(await t.runtime.deadLetters.discard({ flow: 'f' }, 'nobody wants them')).toBe(2)
    const counts = await t.runtime.counts()
    expect([counted(counts, 'discarded'), counted(counts, 'dead')]).toEqual([2, 0])
    expect(await t.runtime.deadLetters.list()).toEqual([])
  })

  test('leaves a message that is not dead alone', async () => {
    await using t = testFlow(
      flow('f')
        .input<Order>()
        .to(failing('to', 1))
        .otherwise(retry({ initial: '1h' })),
    )
    const { id } = (await t.give({ n: 1 })) as { id: string }
    await t.run(10)
    expect(await t.runtime.deadLetters.discard([id, 'nobody'], 'a slip')).toBe(0)
    expect((await t.settle()).delivered).toHaveLength(1)
  })
})

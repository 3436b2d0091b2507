import { EventEmitter } from 'eventemitter3'
import { describe, expect, test } from 'vitest'
import {
  byKind,
  deadLetter,
  divert,
  failure,
  flow,
  retry,
  type CallEvents,
  type Failed,
  type Message,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { remote } from '../semantics/remote.js'
import { ErrA, Forced } from './support/failures.js'
import { refusing, sink } from './support/sink.js'

const calls = (): { events: EventEmitter<CallEvents>; heard: unknown[] } => {
  const events = new EventEmitter<CallEvents>()
  const heard: unknown[] = []
  events.on('done', (e) => heard.push(['done', e.body]))
  events.on('failed', (e) => heard.push(['failed', e.failure._tag]))
  return { events, heard }
}

describe('J completion', () => {
  test('J1: listeners of a call are told of its end once: with the last body, or with the failure that its caller gets too', async () => {
    const { events, heard } = calls()
    const f = flow('f', { events })
      .input<string>()
      .map('step', (b) => (b === 'bad' ? new ErrA({}) : `Bye ${b}`))
    expect(await f.run('World')).toBe('Bye World')
    expect(await f.call('bad')).toMatchObject({ left: { _tag: 'ErrA' } })
    expect(heard).toEqual([
      ['done', 'Bye World'],
      ['failed', 'ErrA'],
    ])
  })

  test('J1: of a deployed message only its success is told by done and only its failure by dead; the letter has the original body', async () => {
    const f = flow('f')
      .input<string>()
      .map('step', (b) => (b === 'bad' ? new ErrA({}) : `Bye ${b}`))
      .to(sink('to'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const heard: unknown[] = []
    t.runtime.events.on('done', (e) => heard.push(['done', e.target]))
    t.runtime.events.on('dead', (e) => heard.push(['dead', e.error._tag]))
    await t.send('World')
    const r = await t.send('bad')
    expect(heard).toEqual([
      ['done', 'to'],
      ['dead', 'ErrA'],
    ])
    expect(r.dead.map((d) => d.body)).toEqual(['bad'])
  })

  test('J2: a listener added while a message is processed hears of its end, exactly once', async () => {
    for (const [body, end] of [
      ['good', 'done'],
      ['bad', 'dead'],
    ] as const) {
      const heard: string[] = []
      const f = flow('f')
        .input<string>()
        .map('step', (b) => {
          t.runtime.events.on('done', (e) => heard.push(`done ${e.id}`))
          t.runtime.events.on('dead', (e) => heard.push(`dead ${e.id}`))
          return b === 'bad' ? new ErrA({}) : b
        })
        .otherwise(deadLetter())
      await using t = testFlow(f)
      const r = await t.send(body)
      expect(heard).toEqual([`${end} ${(r.accepted[0] as { id: string }).id}`])
    }
  })

  test('J8: a failure of a step that means to give up is not tried again; its caller gets it', async () => {
    class Rollback extends failure('Rollback', 'permanent')<object> {}
    let runs = 0
    const open = flow('f')
      .input<string>()
      .map('roll back', () => (runs++, new Rollback({})))
    await expect(open.run('x')).rejects.toMatchObject({ _tag: 'Rollback' })
    await using t = testFlow(open.otherwise(byKind()))
    const { dead } = await t.send('x')
    expect([runs, dead.length, dead[0]!.attempts]).toEqual([2, 1, 1])
  })

  test('J8: departs: a flow that only stops is filtered: no failure, counted, and a caller is told by which step', async () => {
    const after = sink('after')
    const open = flow('f')
      .input<string>()
      .filter('mark only', () => false)
      .to(after)
    expect(await open.call('x')).toEqual({ _tag: 'Left', left: { _tag: 'Filtered', step: 'mark only' } })
    await using t = testFlow(open.otherwise(byKind()))
    const r = await t.send('x')
    expect([r.dead, r.delivered, r.pending]).toEqual([[], [], 0])
    expect((await t.runtime.counts()).find((c) => c.what === 'filtered')?.n).toBe(1)
  })
})

describe('J stop', () => {
  const slow = (): ReturnType<typeof remote<never, number>> =>
    remote<never, number>('slow', async (_b, ctx) => {
      await ctx.clock.sleep(1000)
      return {}
    })
  const five = [1, 2, 3, 4, 5]

  test('J3: a batch of five that is in flight ends before stop does', async () => {
    const to = slow()
    await using t = testFlow(flow('f').input<number>().to(to).otherwise(byKind()))
    for (const n of five) await t.give(n)
    await t.run(100)
    await t.restart({ clean: true })
    const r = await t.run(0)
    expect([to.calls.length, r.delivered.length, r.pending]).toEqual([5, 5, 0])
  })

  test('J3: what was not yet begun is not begun by a stop: fewer than five end, the others wait for the next start', async () => {
    const to = slow()
    await using t = testFlow(flow('f').input<number>().to(to).otherwise(byKind()), {
      runtime: { concurrency: { perHop: 1 } },
    })
    for (const n of five) await t.give(n)
    await t.run(1500)
    await t.stop()
    expect(to.calls.map((c) => c.input)).toEqual([1, 2])
    const r = await t.settle()
    expect([to.calls.map((c) => c.input), r.delivered.length, r.pending]).toEqual([five, 5, 0])
  })

  test('J3: a retry that waits does not hold a stop up', async () => {
    const to = refusing('to', 1)
    const f = flow('f')
      .input<string>()
      .to(to)
      .otherwise(retry({ initial: '1h', jitter: 'none' }))
    await using t = testFlow(f)
    await t.give('x')
    await t.run(10)
    const before = t.clock.now()
    await t.stop()
    expect(t.clock.now() - before).toBe(0)
    expect((await t.settle()).delivered).toHaveLength(1)
  })
})

describe('J correlation', () => {
  test('J7: messages of two flows that follow one another have one correlation id: the id of the first', async () => {
    const seen: Message[] = []
    const second = flow('second')
      .input<Failed>()
      .tap('look', (_b, ctx) => seen.push(ctx.message))
      .otherwise(deadLetter())
    const first = flow('first')
      .input<string>()
      .tap('look', (_b, ctx) => seen.push(ctx.message))
      .map('step', () => new Forced({}))
      .otherwise(divert(second))
    await using t = testFlow(first, { flows: [second] })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const r = await t.send('x', { headers: { traceparent } })
    const { id } = r.accepted[0] as { id: string }
    const [a, b] = seen
    expect([a!.id, a!.correlationId, b!.correlationId, b!.causationId]).toEqual([id, id, id, id])
    expect(b!.id).not.toBe(id)
    expect([a!.traceparent, b!.traceparent]).toEqual([traceparent, traceparent])
  })
})

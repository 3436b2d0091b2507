import { EventEmitter } from 'eventemitter3'
import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, type CallEvents, type Logger } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, type Order } from './remote.js'

/** A log that keeps what it is warned of. */
const listening = (): Logger & { readonly warned: string[] } => {
  const warned: string[] = []
  const log = { debug() {}, info() {}, error() {}, warn: (_d: object, m: string) => void warned.push(m) }
  return Object.assign(log, { warned })
}

// What is thrown may be anything, even what cannot be made a text.
const thrown: readonly unknown[] = [
  new Error('broken'),
  'a text',
  undefined,
  Object.create(null),
  { toString: () => 1 / 0 },
]

describe('S10 taps never fail or delay the flow', () => {
  test('a tap that throws, whatever it throws', async () => {
    for (const what of thrown) {
      const to = fine('to')
      const log = listening()
      const f = flow('f')
        .input<Order>()
        .tap('look', () => {
          throw what
        })
        .to(to)
        .otherwise(deadLetter())
      await using t = testFlow(f, { log })
      const r = await t.send({ n: 1 })
      expect([to.calls.length, r.dead.length, log.warned]).toEqual([1, 0, ['tap "look" failed']])
    }
  })

  test('a tap that rejects, whatever it rejects with', async () => {
    for (const what of thrown) {
      const to = fine('to')
      const f = flow('f')
        .input<Order>()
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        .tap('look', () => Promise.reject(what))
        .to(to)
        .otherwise(deadLetter())
      await using t = testFlow(f)
      const r = await t.send({ n: 1 })
      expect([to.calls.length, r.dead.length]).toEqual([1, 0])
    }
  })

  test('a tap that takes a second, or for ever, is not waited for', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .tap('slow', (_b, ctx) => ctx.clock.sleep(1000))
      .tap('endless', () => new Promise(() => {}))
      .to(to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give({ n: 1 })
    const r = await t.run(1)
    expect([to.calls.length, r.pending]).toEqual([1, 0])
  })

  test('what a tap gives, a failure or another body, is not heard', async () => {
    const to = fine('to')
    const f = flow('f')
      .input<Order>()
      .tap('gives', () => new Bad({}))
      .tap('gives more', () => ({ n: 99 }))
      .to(to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send({ n: 1 })
    expect(to.calls[0]!.input).toEqual({ n: 1 })
  })

  test('nor in a call', async () => {
    const f = flow('f', { log: listening() })
      .input<Order>()
      .tap('throws', () => {
        throw Object.create(null)
      })
      .map('n', (b) => b.n)
    expect(await f.run({ n: 3 })).toBe(3)
  })
})

describe('S10 listeners never fail or delay the runtime', () => {
  test('a listener that throws or rejects keeps nothing from the message, or from another listener', async () => {
    for (const what of thrown) {
      const heard: string[] = []
      const to = fine('to')
      await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()))
      t.runtime.events.on('done', () => {
        throw what
      })
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors, typescript/no-misused-promises
      t.runtime.events.on('done', () => Promise.reject(what))
      t.runtime.events.on('done', (e) => heard.push(e.id))
      const r = await t.send({ n: 1 })
      const again = await t.send({ n: 2 })
      expect([r.delivered.length, again.delivered.length, again.pending, heard.length]).toEqual([1, 2, 0, 2])
    }
  })

  test('listeners are told when the outcome is durable, not before', async () => {
    await using t = testFlow(flow('f').input<Order>().to(fine('to')).otherwise(byKind()))
    const seen: Promise<number>[] = []
    t.runtime.events.on('done', () => {
      seen.push(t.runtime.counts().then((c) => c.find((x) => x.what === 'delivered')?.n ?? 0))
    })
    await t.send({ n: 1 })
    expect(await Promise.all(seen)).toEqual([1])
  })

  test('a listener that never comes back is not waited for', async () => {
    await using t = testFlow(flow('f').input<Order>().to(fine('to')).otherwise(byKind()))
    // oxlint-disable-next-line typescript/no-misused-promises
    t.runtime.events.on('done', () => new Promise(() => {}))
    const r = await t.sendAll([{ n: 1 }, { n: 2 }])
    expect([r.delivered.length, r.pending]).toEqual([2, 0])
  })

  test('a listener that asked to be called once is called once', async () => {
    let once = 0
    let always = 0
    await using t = testFlow(flow('f').input<Order>().to(fine('to')).otherwise(byKind()))
    t.runtime.events.once('done', () => once++)
    t.runtime.events.on('done', () => always++)
    await t.sendAll([{ n: 1 }, { n: 2 }])
    await t.send({ n: 3 })
    expect([once, always]).toEqual([1, 3])
  })

  test('a listener may send, replay and stop listening', async () => {
    const to = failing<Bad>('to', 1, () => new Bad({}))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(deadLetter()))
    const { runtime } = t
    const again = (e: { readonly id: string }): void => {
      runtime.events.off('dead', again)
      void runtime.deadLetters.replay([e.id])
    }
    runtime.events.on('dead', again)
    const r = await t.send({ n: 1 })
    expect([to.calls.length, r.dead]).toEqual([2, []])
  })

  test('a listener of calls that throws does not fail the call', async () => {
    for (const what of thrown) {
      const events = new EventEmitter<CallEvents>()
      events.on('done', () => {
        throw what
      })
      const f = flow('f', { events, log: listening() })
        .input<Order>()
        .map('n', (b) => b.n)
      expect(await f.run({ n: 2 })).toBe(2)
    }
  })
})

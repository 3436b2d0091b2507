import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, flow, memoryJournal, memoryStore, type Tagged } from '../../src/index.js'
import { testFlow, type Report } from '../../src/testing/index.js'
import { faultyJournal } from '../runtime/faulty-journal.js'
import { inputs, remote, type Remote } from '../semantics/remote.js'
import { ErrA } from './support/failures.js'
import { given } from './support/given.js'
import { sink } from './support/sink.js'

interface Fed {
  readonly id?: string
  readonly text: string
}

const fed = (id: string | undefined, text: string): Fed => (id === undefined ? { text } : { id, text })
const FEED = [
  fed('1', 'one'),
  fed('2', 'two'),
  fed('1', 'one'),
  fed('2', 'two'),
  fed('1', 'one'),
  fed('3', 'three'),
]

/** A message without an id is refused, and so is the id that its store cannot take. */
const keyOf = (b: Fed): string => {
  if (b.id === undefined) throw new Error('no id')
  if (b.id === '999') throw new Error('the store refuses 999')
  return b.id
}

const once = flow('f').from(given<Fed>(), { dedupe: keyOf })
const texts = (to: Remote<Fed, Tagged>): readonly string[] => inputs(to).map((b) => b.text)
const ids = (r: Report): readonly string[] => r.accepted.map((a) => ('id' in a ? a.id : a.as))

describe('C messages that come twice, at accept', () => {
  test('C1: repeats of a key are delivered once, in the order of the first ones', async () => {
    const to = sink<Fed>('to')
    await using t = testFlow(once.to(to).otherwise(byKind()))
    await t.sendAll(FEED)
    expect(texts(to)).toEqual(['one', 'two', 'three'])
  })

  test('C2: departs: a repeat never enters the flow to be flagged there; its sender is answered with the first', async () => {
    const to = sink<Fed>('to')
    await using t = testFlow(once.to(to).otherwise(byKind()))
    const r = await t.sendAll(FEED)
    expect(r.accepted.map((a) => a.as)).toEqual([
      'accepted',
      'accepted',
      'duplicate',
      'duplicate',
      'duplicate',
      'accepted',
    ])
    const [one, two, ...rest] = ids(r)
    expect(rest.slice(0, 3)).toEqual([one, two, one])
  })

  test('C3: departs: who wants to see the repeats listens: each is told as a duplicate, with the id of the first', async () => {
    await using t = testFlow(once.to(sink<Fed>('to')).otherwise(byKind()))
    const told: string[] = []
    t.runtime.events.on('accepted', (e) => e.as === 'duplicate' && told.push(e.id))
    const [one, two] = ids(await t.sendAll(FEED))
    expect(told).toEqual([one, two, one])
  })

  test('C5: a key is known from the moment its message is accepted, and so while that is still under way', async () => {
    const seen: string[] = []
    const to = remote<never, Fed>('to', async (b, ctx) => {
      await ctx.clock.sleep(1000)
      seen.push(b.text)
      return {}
    })
    await using t = testFlow(once.to(to).otherwise(byKind()))
    await t.give(fed('1', 'one'))
    await t.run(500)
    expect([to.calls.length, seen]).toEqual([1, []])
    expect((await t.give(fed('1', 'again'))).as).toBe('duplicate')
    await t.settle()
    expect(seen).toEqual(['one'])
  })

  test('C6: a message without a key is an error, not let through: it is dead with its raw input', async () => {
    const to = sink<Fed>('to')
    await using t = testFlow(once.to(to).otherwise(byKind()))
    const r = await t.sendAll([
      fed('1', 'one'),
      fed(undefined, 'Hello World'),
      fed('2', 'two'),
      fed('1', 'one'),
    ])
    expect(r.dead).toMatchObject([{ body: { text: 'Hello World' }, error: { _tag: 'StepFailed' } }])
    expect(texts(to)).toEqual(['one', 'two'])
  })

  test('C7: a key stays bound when its message fails: the step is called once for it, and the dead letter is what is sent again', async () => {
    let fails = true
    const to = remote<ErrA, Fed>('to', (b) => (b.id === '2' && fails ? new ErrA({}) : {}))
    await using t = testFlow(once.to(to).otherwise(deadLetter()))
    const r = await t.sendAll(FEED)
    expect(texts(to)).toEqual(['one', 'two', 'three'])
    expect([r.delivered.length, r.dead.map((d) => d.body)]).toEqual([2, [{ id: '2', text: 'two' }]])
    fails = false
    const after = await t.replay(r.dead[0]!.id)
    expect([after.delivered.length, after.dead]).toEqual([3, []])
  })

  test('C8: a key that cannot be made kills its own message only; the others are delivered once each', async () => {
    const to = sink<Fed>('to')
    await using t = testFlow(once.to(to).otherwise(byKind()))
    const feed = [...FEED.slice(0, 3), fed('999', 'nine'), ...FEED.slice(3)]
    const r = await t.sendAll(feed)
    expect([r.dead.map((d) => d.body), texts(to)]).toEqual([
      [{ id: '999', text: 'nine' }],
      ['one', 'two', 'three'],
    ])
  })

  test('C8: departs: where the journal itself cannot store a key, its source is told: nothing was accepted', async () => {
    const to = sink<Fed>('to')
    const store = memoryStore()
    let broken = false
    await using t = testFlow(once.to(to).otherwise(byKind()), {
      journal: (clock) =>
        faultyJournal(memoryJournal({ clock, store }), (call) => call === 'accept' && broken),
    })
    await t.settle()
    broken = true
    await expect(t.send(fed('1', 'one'))).rejects.toMatchObject({ _tag: 'JournalUnavailable' })
    broken = false
    expect((await t.send(fed('1', 'one'))).accepted[0]!.as).toBe('accepted')
    expect(texts(to)).toEqual(['one'])
  })

  test('C11: keys survive a crash of the process', async () => {
    const to = sink<Fed>('to')
    await using t = testFlow(once.to(to).otherwise(byKind()))
    await t.send(fed('4', 'four'))
    await t.restart()
    const r = await t.sendAll([...FEED.slice(0, 4), fed('4', 'four'), FEED[0]!, FEED[5]!])
    expect(texts(to)).toEqual(['four', 'one', 'two', 'three'])
    await t.restart()
    expect((await t.sendAll([fed('4', 'four'), ...FEED])).delivered).toHaveLength(r.delivered.length)
  })

  test('C12: departs: keys are bounded by time and not by number: many are known inside the window, none after it', async () => {
    const to = sink<Fed>('to')
    const f = flow('f').from(given<Fed>(), { dedupe: keyOf, window: '1h' }).to(to).otherwise(byKind())
    await using t = testFlow(f)
    const many = Array.from({ length: 200 }, (_, i) => fed(`k${i}`, 'x'))
    await t.sendAll(many)
    const inside = await t.sendAll(many)
    expect(new Set(inside.accepted.map((a) => a.as))).toEqual(new Set(['duplicate']))
    await t.run(36e5)
    const after = await t.sendAll(many)
    expect(new Set(after.accepted.map((a) => a.as))).toEqual(new Set(['accepted']))
    expect(to.calls).toHaveLength(400)
  })
})

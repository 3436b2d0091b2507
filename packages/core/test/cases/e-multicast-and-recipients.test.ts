import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, discard, flow, retry, type PartialFailure } from '../../src/index.js'
import { recipients } from '../../src/patterns/recipients.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, failing, fine, inputs, remote } from '../semantics/remote.js'

/** A message; `K` is the one that the branch `bar` fails on. */
interface Note {
  readonly text: string
}
const K: Note = { text: 'K' }
const bad = (name: string) => remote<Bad, Note>(name, () => new Bad({}))
const barOnK = () => remote<Bad, Note>('bar', (n) => (n.text === 'K' ? new Bad({}) : { ok: true }))

describe('E: multicast and recipient list', () => {
  test('E1: all branches are tried; one failed, so what follows the join does not run', async () => {
    const [foo, bar, baz, result] = [fine<Note>('foo'), barOnK(), fine<Note>('baz'), fine<unknown>('result')]
    const open = flow('f').input<Note>().gather({ foo, bar, baz }, { settle: 'all' })
    await using t = testFlow(open.to(result).otherwise(deadLetter()))
    await t.send(K)
    expect([foo, bar, baz, result].map((r) => r.calls.length)).toEqual([1, 1, 1, 0])
    const called = await open.call(K)
    expect(called).toMatchObject({ left: { _tag: 'PartialFailure', failed: [{ branch: 'bar' }] } })
  })

  test('E2 departs: no branch is kept back because another failed; the failure names the branch', async () => {
    const [foo, bar, baz] = [fine<Note>('foo'), barOnK(), fine<Note>('baz')]
    const r = await flow('f').input<Note>().fanOut({ foo, bar, baz }).call(K)
    expect(baz.calls.length).toBe(1)
    expect((r as { left: PartialFailure }).left.failed.map((x) => x.branch)).toEqual(['bar'])
  })

  test('E3 departs: a failure handled by a route ends its branch; with all the join fails and says so', async () => {
    const [foo, bar, baz, result] = [fine<Note>('foo'), barOnK(), fine<Note>('baz'), fine<unknown>('result')]
    const f = flow('f')
      .input<Note>()
      .gather({ foo, bar: (s) => s.to(bar).on('Bad', discard('handled')), baz }, { settle: 'all' })
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send(K)
    expect([foo, baz, result].map((x) => x.calls.length)).toEqual([1, 1, 0])
    expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([['result', 'PartialFailure']])
  })

  test('E3: recovered inside its branch, the reply is there and what follows runs', async () => {
    const [foo, bar, result] = [fine<Note>('foo'), barOnK(), fine<unknown>('result')]
    const f = flow('f')
      .input<Note>()
      .gather({ foo, bar: (s) => s.to(bar).recover('Bad', (e) => `Damn ${e._tag}`) }, { settle: 'all' })
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send(K)
    expect(inputs(result)).toEqual([{ foo: { ok: true }, bar: 'Damn Bad' }])
  })

  test('E6: two branches that always fail are two dead letters of one message, each with its own input', async () => {
    const [a, b, c] = [fine<string>('a'), failing('b', 99), failing('c', 99)]
    const f = flow('f')
      .input<Note>()
      .map('changed', () => ({ n: 1 }))
      .fanOut({ a: (s) => s.map('text', () => 'Donkey was here').to(a), b, c })
      .otherwise(byKind({ transient: retry({ attempts: 4 }) }))
    await using t = testFlow(f)
    const r = await t.send({ text: 'Bye World' })
    expect([inputs(a), b.calls.length, c.calls.length]).toEqual([['Donkey was here'], 4, 4])
    expect(r.dead.map((d) => [d.hop, d.body] as const).toSorted(([x], [y]) => x.localeCompare(y))).toEqual([
      ['b', { n: 1 }],
      ['c', { n: 1 }],
    ])
    const replayed = await t.replay(r.dead[0]!.id, 'message')
    expect(replayed.dead.length, 'the whole message starts from its raw input again').toBe(2)
  })

  test('E8: slower or faster, replies are joined by the names of their branches', async () => {
    const say = (text: string, ms: number) =>
      remote<never, Note>(text, async (_n, ctx) => {
        await ctx.clock.sleep(ms)
        return text
      })
    const result = fine<unknown>('result')
    const f = flow('f')
      .input<Note>()
      .gather({ a: say('A', 500), b: say('B', 5) }, { settle: 'all' })
      .map('joined', (r) => Object.values(r).join(''))
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll(Array.from({ length: 20 }, (_, i) => ({ text: `m${i}` })))
    expect(new Set(inputs(result))).toEqual(new Set(['AB']))
    expect(result.calls.length).toBe(20)
  })

  test('E12: one recipient throws; the others get it all the same, and the result does not follow a failed join', async () => {
    const [a, b, c, result] = [fine<Note>('a'), bad('b'), fine<Note>('c'), fine<unknown>('result')]
    const f = flow('f')
      .input<Note>()
      .through(recipients('list', { a, b, c }, () => ['a', 'b', 'c'], { settle: 'all' }))
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send(K)
    expect([a, b, c, result].map((r) => r.calls.length)).toEqual([1, 1, 1, 0])
  })

  test('E14: the recipients’ function throws: routed as a failed step, nothing sent', async () => {
    const [a, error, result] = [fine<Note>('a'), fine<unknown>('error'), fine<unknown>('result')]
    const f = flow('f')
      .input<Note>()
      .through(
        recipients('list', { a }, () => {
          throw new Error('which?')
        }),
      )
      .to(result)
      .recover('StepFailed', (e) => e.step)
      .to(error)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send(K)
    expect([a.calls.length, inputs(error)]).toEqual([0, ['list']])
  })

  test('E15 departs: no last reply wins; every reply is there by name', async () => {
    const say = (text: string) => remote<never, Note>(text, () => `Hello ${text}`)
    const r = await flow('f')
      .input<Note>()
      .through(recipients('list', { a: say('a'), b: say('b') }, () => ['a', 'b'], { settle: 'all' }))
      .run(K)
    expect(r).toEqual({ a: 'Hello a', b: 'Hello b' })
  })

  test('E16: the outcome names the branch that failed; recovered, the flow goes on', async () => {
    const [good, result] = [fine<Note>('good'), fine<unknown>('result')]
    const f = flow('f')
      .input<Note>()
      .gather({ good, broken: bad('broken') }, { settle: 'all' })
      .recover('PartialFailure', (e) => e.failed.map((x) => x.branch))
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.send(K)
    expect(inputs(result)).toEqual([['broken']])
  })

  test('E17: the function that joins the replies throws: no branch is sent again, the join is a dead letter', async () => {
    const [a, b] = [fine<Note>('a'), fine<Note>('b')]
    const f = flow('f')
      .input<Note>()
      .gather({ a, b }, { settle: 'all' })
      .map('join', (): string => {
        throw new Error('cannot join')
      })
      .to(fine<string>('result'))
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send(K)
    expect([a.calls.length, b.calls.length]).toEqual([1, 1])
    expect(r.dead.map((d) => [d.hop, d.error['step']])).toEqual([['result', 'join']])
  })

  test('E18 departs: a slow branch is left out by a quorum, not by a clock', async () => {
    const late = remote<never, Note>('late', async (_n, ctx) => {
      await ctx.clock.sleep(1000)
      return 'late'
    })
    const say = (text: string) => remote<never, Note>(text, () => text)
    const result = fine<unknown>('result')
    const f = flow('f')
      .input<Note>()
      .gather({ late, b: say('b'), c: say('c') }, { settle: { quorum: 2 } })
      .to(result)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.give(K)
    await t.run(500)
    expect(inputs(result)).toEqual([{ b: 'b', c: 'c' }])
  })
})

import { describe, expect, test } from 'vitest'
import { byKind, deadLetter, failure, flow } from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { inputs } from '../semantics/remote.js'
import { ErrA, ErrB, IO } from './support/failures.js'
import { sink } from './support/sink.js'

describe('I choice and filter', () => {
  test('I7: the first case that holds and no other; what follows the choice runs for each', async () => {
    const [a, b, other, end] = [sink('a'), sink('b'), sink('other'), sink('end')]
    const f = flow('f')
      .input<string>()
      .choose((c) =>
        c
          .when(
            'has a',
            (x) => x.includes('a'),
            (s) => s.to(a),
          )
          .when(
            'has b',
            (x) => x.includes('b'),
            (s) => s.to(b),
          )
          .otherwise((s) => s.to(other)),
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll(['ab', 'b', 'c'])
    expect([a, b, other].map(inputs)).toEqual([['ab'], ['b'], ['c']])
    expect(inputs(end).toSorted()).toEqual(['ab', 'b', 'c'])
  })

  test('I7: departs: a choice without an otherwise does not compile; a case that does nothing says so', async () => {
    const [a, end] = [sink('a'), sink('end')]
    const start = flow('f').input<string>()
    expect(() =>
      start.choose((c) =>
        // @ts-expect-error end with .otherwise(…)
        c.when('has a', (x) => x.includes('a'), a),
      ),
    ).toThrow('otherwise')
    const f = start
      .choose((c) =>
        c
          .when(
            'has a',
            (x) => x.includes('a'),
            (s) => s.to(a),
          )
          .otherwise((s) => s),
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send('b')
    expect([a.calls, inputs(end), r.dead]).toEqual([[], ['b'], []])
  })

  test('I8: a condition that throws is a dead letter named after its case; later ones are not asked, no branch runs', async () => {
    const [a, b] = [sink('a'), sink('b')]
    let asked = 0
    const f = flow('f')
      .input<string>()
      .choose((c) =>
        c
          .when(
            'broken',
            () => {
              throw new Error('Forced')
            },
            a,
          )
          .when('later', () => ++asked > 0, b)
          .otherwise(sink('rest')),
      )
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.send('x')
    expect(r.dead).toMatchObject([{ body: 'x', error: { _tag: 'StepFailed', step: 'broken' } }])
    expect([asked, r.delivered]).toEqual([0, []])
  })

  test('I9: what a filter block matches goes inside and on, the rest only on', async () => {
    const [inside, end] = [sink('inside'), sink('end')]
    const f = flow('f')
      .input<string>()
      .choose((c) =>
        c
          .when(
            'matches',
            (x) => x === 'yes',
            (s) => s.to(inside),
          )
          .otherwise((s) => s),
      )
      .to(end)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll(['yes', 'no'])
    expect([inputs(inside), inputs(end).toSorted()]).toEqual([['yes'], ['no', 'yes']])
  })

  test('I9: departs: a filter ends what does not match, counted as filtered and told to a caller', async () => {
    const end = sink('end')
    const open = flow('f')
      .input<string>()
      .filter('matches', (x) => x === 'yes')
      .to(end)
    expect(await open.call('no')).toMatchObject({ left: { _tag: 'Filtered', step: 'matches' } })
    await using t = testFlow(open.otherwise(deadLetter()))
    await t.sendAll(['yes', 'no'])
    expect(inputs(end)).toEqual(['yes'])
    expect((await t.runtime.counts()).find((c) => c.what === 'filtered')?.n).toBe(1)
  })

  test('I10: what does not validate is a failure that says what was expected; nothing behind it runs', async () => {
    class Invalid extends failure('Invalid', 'permanent')<{ readonly expected: string }> {}
    const result = sink('result')
    const open = flow('f')
      .input<string>()
      .map('validate', (b) => (/^\d+$/.test(b) ? b : new Invalid({ expected: 'digits' })))
      .to(result)
    expect(await open.run('12')).toBe('12')
    await expect(open.run('x')).rejects.toMatchObject({ _tag: 'Invalid', expected: 'digits' })
    await using t = testFlow(open.otherwise(byKind()))
    const r = await t.send('y')
    expect(r.dead).toMatchObject([{ body: 'y', error: { _tag: 'Invalid', expected: 'digits' } }])
    expect(inputs(result)).toEqual(['12'])
  })

  test('I12: messages of two shapes become one, in whatever order they came', async () => {
    type In =
      | { readonly type: 'employee'; readonly name: string }
      | { readonly type: 'customer'; readonly first: string; readonly last: string }
    const to = sink<{ person: string }>('to')
    const f = flow('f')
      .input<In>()
      .choose((c) =>
        c
          .when(
            'employee',
            (b): b is In & { type: 'employee' } => b.type === 'employee',
            (s) => s.map('of employee', (b) => ({ person: b.name })),
          )
          .otherwise((s) => s.map('of customer', (b) => ({ person: `${b.first} ${b.last}` }))),
      )
      .to(to)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    await t.sendAll([
      { type: 'employee', name: 'Jon' },
      { type: 'customer', first: 'James', last: 'Strachan' },
      { type: 'employee', name: 'Hiram' },
      { type: 'customer', first: 'Jonathan', last: 'Anstey' },
    ])
    expect(
      inputs(to)
        .map((b) => b.person)
        .toSorted(),
    ).toEqual(['Hiram', 'James Strachan', 'Jon', 'Jonathan Anstey'])
  })
})

describe('I try, catch and finally', () => {
  const attempted = flow('f')
    .input<string>()
    .map('try', (b) => (b === 'a' ? new ErrA({}) : b === 'b' ? new ErrB({}) : b === 'io' ? new IO({}) : b))

  test('I11: the recovery of the tag runs, and the flow goes on behind it with what failed at hand', async () => {
    const [caught, after] = [sink('caught'), sink('after')]
    const f = attempted
      .recover('ErrA', (e) => `caught ${e._tag}`)
      .recover('ErrB', (e) => `also ${e._tag}`)
      .to(caught)
      .to(after)
      .otherwise(deadLetter())
    await using t = testFlow(f)
    const r = await t.sendAll(['a', 'b', 'fine'])
    expect(inputs(after).toSorted()).toEqual(['also ErrB', 'caught ErrA', 'fine'])
    expect(r.dead).toEqual([])
  })

  test('I11: a recovery with a condition gives back what does not meet it', async () => {
    const open = flow('f')
      .input<string>()
      .map('try', (b) => new ErrA({ user: b }))
      .recover('ErrA', (e) => (e.user === 'ada' ? 'caught' : e))
    expect(await open.run('ada')).toBe('caught')
    expect(await open.call('bob')).toMatchObject({ left: { _tag: 'ErrA', user: 'bob' } })
  })

  test('I11: departs: there is no finally among the steps; the language has one, around a call: it runs once, matched or not', async () => {
    const trying = attempted.recover('ErrA', () => 'caught')
    let finals = 0
    const around = flow('around')
      .input<string>()
      .map('call', async (b) => {
        try {
          const r = await trying.call(b)
          return r._tag === 'Left' ? r.left : r.right
        } finally {
          finals++
        }
      })
    expect(await around.run('a')).toBe('caught')
    expect(await around.call('io')).toMatchObject({ left: { _tag: 'IO' } })
    expect(await around.run('fine')).toBe('fine')
    expect(finals).toBe(3)
  })
})

import { describe, expect, test } from 'vitest'
import {
  byKind,
  createRuntime,
  deadLetter,
  discard,
  divert,
  failure,
  flow,
  memoryJournal,
  retry,
  when,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { inputs, remote } from '../semantics/remote.js'
import { desk, diverted } from './support/desk.js'
import { Connect, ErrA, ErrB, Forced, Func, IO, Tech } from './support/failures.js'
import { retries } from './support/retries.js'
import { refusing, sink } from './support/sink.js'

describe('B rules by the tag of a failure', () => {
  test('B1: a rule for a tag gives the message and its failure to another place, and nothing is dead', async () => {
    const a = desk('a')
    const f = flow('f')
      .input<string>()
      .map('step', () => new ErrA({}))
      .onError({ ErrA: divert(a.flow), StepFailed: deadLetter() })
    await using t = testFlow(f, { flows: [a.flow] })
    const r = await t.send('x')
    expect([diverted(a.at), r.dead]).toEqual([[['x', 'ErrA']], []])
  })

  test('B10: departs: a rule matches the tag of the failure itself; its cause is looked at by a test', async () => {
    class Wrapper extends failure('Wrapper', 'permanent')<{ readonly inner: ErrA }> {}
    const [wrapped, dead] = [desk('wrapped'), desk('dead')]
    const end = sink('end')
    const f = flow('f')
      .input<string>()
      .map('step', (b) => (b === 'bare' ? new ErrA({}) : new Wrapper({ inner: new ErrA({}) })))
      .to(end)
      .onError({
        ErrA: divert(dead.flow),
        Wrapper: when((e: Wrapper) => e.inner._tag === 'ErrA', divert(wrapped.flow), deadLetter()),
        StepFailed: deadLetter(),
      })
    await using t = testFlow(f, { flows: [wrapped.flow, dead.flow] })
    const r = await t.send('wrapped')
    expect([diverted(wrapped.at), diverted(dead.at)]).toEqual([[['wrapped', 'Wrapper']], []])
    expect([end.calls, r.dead]).toEqual([[], []])
  })

  test('B12: of two rules for one tag the first whose condition holds decides, with its own retries', async () => {
    const [userErr, err] = [desk('userErr'), desk('err')]
    const to = remote<ErrA, { user?: string }>('to', (b) => new ErrA(b))
    const f = flow('f')
      .input<{ user?: string }>()
      .to(to)
      .onError({
        ErrA: when(
          (e: ErrA) => e.user !== undefined,
          retries(1).orElse(divert(userErr.flow)),
          retries(2).orElse(divert(err.flow)),
        ),
      })
    await using t = testFlow(f, { flows: [userErr.flow, err.flow] })
    await t.send({})
    expect([to.calls.length, userErr.at.calls.length, err.at.calls.length]).toEqual([3, 0, 1])
    const r = await t.send({ user: 'ada' })
    expect([to.calls.length, userErr.at.calls.length, err.at.calls.length]).toEqual([5, 1, 1])
    expect(r.dead).toEqual([])
  })

  test('B13: where no condition holds, what stands for the rest decides', async () => {
    const userErr = desk('userErr')
    const f = flow('f')
      .input<{ user?: string }>()
      .map('step', (b) => new ErrA(b))
      .on('ErrA', {
        cases: [[(e: ErrA) => e.user !== undefined, divert(userErr.flow)]],
        orElse: deadLetter(),
      })
      .otherwise(discard('never'))
    await using t = testFlow(f, { flows: [userErr.flow] })
    const without = await t.send({})
    expect([without.dead.length, userErr.at.calls.length]).toEqual([1, 0])
    const user = await t.send({ user: 'ada' })
    expect([user.dead.length, userErr.at.calls.length]).toEqual([1, 1])
  })

  test('B14: each tag has its own end; a handler that fails is final, and no rule of the flow handles it again', async () => {
    const bean = remote<IO, { payload: string }>('bean', (b) => (b.payload === 'Func!' ? new IO({}) : {}))
    const handler = flow('handler')
      .input<{ body: string }>()
      .to(bean.with((b) => ({ payload: b.body })))
      .otherwise(deadLetter())
    const result = sink('result')
    const f = flow('f')
      .input<string>()
      .map('step', (b) => (b === 'ok' ? b : b === 'Tech' ? new Tech({}) : new Func({ payload: b })))
      .to(result)
      .onError({ Tech: deadLetter(), Func: divert(handler), StepFailed: discard('never') })
    await using t = testFlow(f, { flows: [handler] })
    const r = await t.sendAll(['ok', 'Func', 'Tech', 'Func!'])
    expect([inputs(result), inputs(bean)]).toEqual([['ok'], [{ payload: 'Func' }, { payload: 'Func!' }]])
    expect(r.dead.map((d) => `${d.flow} ${d.error._tag}`).toSorted()).toEqual(['f Tech', 'handler IO'])
  })

  test('B19: a condition of a choice that throws meets the rule for throws; no branch runs, nothing is dead', async () => {
    const [tech, func] = [desk('tech'), desk('func')]
    const branch = sink('branch')
    const f = flow('f')
      .input<string>()
      .choose((c) =>
        c
          .when(
            'first',
            (b) => {
              throw b === 'Tech' ? new Tech({}) : new Func({})
            },
            branch,
          )
          .otherwise(sink('rest')),
      )
      .onError({
        StepFailed: when(
          (e) => (e.cause as Tech | Func)._tag === 'Tech',
          divert(tech.flow),
          divert(func.flow),
        ),
      })
    await using t = testFlow(f, { flows: [tech.flow, func.flow] })
    const one = await t.send('Tech')
    expect([tech.at.calls.length, func.at.calls.length]).toEqual([1, 0])
    const two = await t.send('Func')
    expect([tech.at.calls.length, func.at.calls.length]).toEqual([1, 1])
    expect([branch.calls, one.dead, two.dead]).toEqual([[], [], []])
  })

  test('B21: departs: tags are names without inheritance: one route is a value that several tags are given', async () => {
    const error = desk('error')
    const there = divert(error.flow)
    const f = flow('f')
      .input<string>()
      .map('step', (b) => (b === 'a' ? new ErrA({}) : b === 'io' ? new IO({}) : new Connect({})))
      .onError({ ErrA: there, IO: there, Connect: there, StepFailed: deadLetter() })
    await using t = testFlow(f, { flows: [error.flow] })
    const r = await t.sendAll(['a', 'connect'])
    expect([diverted(error.at), r.dead]).toEqual([
      [
        ['a', 'ErrA'],
        ['connect', 'Connect'],
      ],
      [],
    ])
    // A route for IO says nothing of Connect: the compiler asks for one.
    const open = flow('f')
      .input<string>()
      .map('step', () => new Connect({}))
    // @ts-expect-error Connect has no route
    open.onError({ IO: there, StepFailed: deadLetter() })
  })

  test('B22: departs: a step without retries is dead at once; there is no caller to fail to', async () => {
    const calls = async (optsOut: boolean): Promise<unknown> => {
      const to = refusing('to')
      const open = flow('f').input<string>().to(to)
      await using t = testFlow((optsOut ? open.on('Forced', deadLetter()) : open).otherwise(retries(2)))
      const r = await t.send('x')
      return [to.calls.length, r.dead.length]
    }
    expect(await calls(true)).toEqual([1, 1])
    expect(await calls(false)).toEqual([3, 1])
  })

  test('B23: a rule inherits no retries, and its handler counts its own attempts from one', async () => {
    const to = refusing<IO>('to', Infinity, () => new IO({}))
    const own = remote<IO, { body: string }>('own', () => new IO({}))
    const handler = flow('handler')
      .input<{ body: string }>()
      .to(own.with((b) => ({ body: b.body })))
      .otherwise(deadLetter())
    const f = flow('f')
      .input<string>()
      .to(to)
      .on('IO', retries(3).orElse(divert(handler)))
      .otherwise(retries(5))
    await using t = testFlow(f, { flows: [handler] })
    const r = await t.send('x')
    expect([to.calls.map((c) => c.attempt), own.calls.map((c) => c.attempt)]).toEqual([[1, 2, 3, 4], [1]])
    expect(r.dead.map((d) => [d.flow, d.error._tag])).toEqual([['handler', 'IO']])
  })

  test('B24: the order in which rules of different tags stand does not matter', async () => {
    for (const first of [true, false]) {
      const error = desk('error')
      const open = flow('f')
        .input<string>()
        .map('step', (b) => (b === 'a' ? new ErrA({}) : b === 'b' ? new ErrB({}) : b))
        .to(sink('result'))
      const routed = first
        ? open.on('ErrA', divert(error.flow)).on('StepFailed', discard())
        : open.on('StepFailed', discard()).on('ErrA', divert(error.flow))
      await using t = testFlow(routed.otherwise(deadLetter()), { flows: [error.flow] })
      const r = await t.sendAll(['ok', 'a', 'b'])
      const result = r.delivered.filter((d) => d.target === 'result')
      expect([result.map((d) => d.input), r.dead.map((d) => d.body), diverted(error.at)]).toEqual([
        ['ok'],
        ['b'],
        [['a', 'ErrA']],
      ])
    }
  })

  test('B5: a flow with a rule too few cannot be deployed: not by type, nor by a JavaScript caller when it is open', () => {
    const open = flow('f')
      .input<string>()
      .map('step', () => new ErrA({}))
    const journal = memoryJournal()
    // @ts-expect-error its errors have no route
    expect(() => createRuntime({ flows: [open], journal })).toThrow('flow "f"')
    // @ts-expect-error ErrA has no route
    open.onError({ StepFailed: deadLetter() })
    const shared = byKind()
    expect(open.onError({ StepFailed: shared, ErrA: shared }).closed).toBe(true)
    expect(open.on('ErrA', shared).otherwise(shared).closed).toBe(true)
  })

  test('B7: a retry without a limit goes on until the step succeeds', async () => {
    const to = refusing('to', 2)
    await using t = testFlow(flow('f').input<string>().to(to).otherwise(retry()))
    const r = await t.send('x')
    expect([to.calls.length, r.delivered.map((d) => d.attempts)]).toEqual([3, [3]])
  })

  test('B15: an exhausted retry runs its handler exactly once; where a step of it throws, later ones do not run', async () => {
    for (const throws of [true, false]) {
      const [to, b, c] = [refusing<IO>('to', Infinity, () => new IO({})), sink('b'), sink('c')]
      let hooks = 0
      const handler = flow('handler')
        .input<{ body: string }>()
        .to(b.with((x) => x.body))
        .map('hook', (x) => {
          hooks++
          if (throws) throw new Error('hook')
          return x
        })
        .to(c.with((x) => x.body))
        .otherwise(deadLetter())
      const f = flow('f')
        .input<string>()
        .to(to)
        .onError({ IO: retries(3).orElse(divert(handler)) })
      await using t = testFlow(f, { flows: [handler] })
      const r = await t.send('x')
      expect([to.calls.length, b.calls.length, hooks, c.calls.length]).toEqual([4, 1, 1, throws ? 0 : 1])
      expect(r.dead.map((d) => [d.flow, d.error.message])).toEqual(
        throws ? [['handler', 'step "hook" threw: hook']] : [],
      )
    }
  })

  test('B17: departs: a handler cannot lead back to itself: its own failure is dead there, with the first one in it', async () => {
    const [c, d] = [sink('c'), refusing<ErrB>('d', Infinity, () => new ErrB({}))]
    const handler = flow('handler')
      .input<{ body: string }>()
      .to(c.with((x) => x.body))
      .to(d.with((x) => x.body))
      .otherwise(deadLetter())
    const f = flow('f')
      .input<string>()
      .map('step', () => new Forced({}))
      .otherwise(divert(handler))
    await using t = testFlow(f, { flows: [handler] })
    const r = await t.send('x')
    expect([c.calls.length, d.calls.length]).toEqual([1, 1])
    expect(r.dead).toMatchObject([
      { flow: 'handler', error: { _tag: 'ErrB' }, body: { error: { _tag: 'Forced' } } },
    ])
  })

  test('B26: the end of one flow leaves the routes and places that it shared alone', async () => {
    const place = desk('shared')
    const rest = divert(place.flow)
    const make = (name: string) =>
      flow(name)
        .input<string>()
        .map('step', () => new ErrA({}))
        .otherwise(rest)
    const second = testFlow(make('second'), { flows: [place.flow] })
    await second.send('two')
    await second.stop()
    await using first = testFlow(make('first'), { flows: [place.flow] })
    const r = await first.send('one')
    expect([diverted(place.at), r.pending]).toEqual([
      [
        ['two', 'ErrA'],
        ['one', 'ErrA'],
      ],
      0,
    ])
  })
})

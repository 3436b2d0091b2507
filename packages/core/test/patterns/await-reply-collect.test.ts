import { describe, expect, test } from 'vitest'
import {
  createRuntime,
  deadLetter,
  flow,
  isFailure,
  memoryJournal,
  memoryStore,
  silentLogger,
  type Clock,
} from '../../src/index.js'
import { correlation, type RepliedBy } from '../../src/patterns/correlation.js'
import type { Until } from '../../src/patterns/await-reply-until.js'
import type { NodeContext } from '../../src/flow/node.js'
import { forget, MOST } from '../../src/patterns/await-reply-row.js'
import { testFlow, virtualClock, type FlowTest } from '../../src/testing/index.js'
import { given } from '../cases/support/given.js'
import { Bad, fine, inputs, type Remote } from '../semantics/remote.js'
import {
  desk,
  kept,
  type Ask,
  type Desk,
  type Kept,
  type Told,
  type Translation,
} from './await-reply-support.js'

type Got = RepliedBy<Ask, Translation>
interface Scene {
  readonly t: FlowTest
  readonly end: Remote<Got, never>
  readonly office: Desk
  readonly keeps: Kept
  tell(by: string, text: string, more?: Partial<Told>): Promise<void>
}

const approvals = (until: Until<Ask, Translation>, accepts?: (r: Translation, a: Ask) => boolean): Scene => {
  const approved = correlation<Translation>('approval')
  const end = fine<Got>('end')
  const office = desk(approved, true)
  const keeps = kept()
  const f = flow('ask')
    .from(given<Ask>())
    .through(approved.collect({ id: (b: Ask) => b.job, within: '3d', until, ...(accepts && { accepts }) }))
    .to(end)
    .otherwise(deadLetter())
  const t = testFlow(f, { flows: [office.flow], journal: keeps.journal })
  return {
    t,
    end,
    office,
    keeps,
    async tell(by, text, more) {
      await office.told.give({ job: 'a', by, text, ...more })
      await t.run(60_000)
    },
  }
}
const said = (s: Scene): readonly string[] =>
  inputs(s.end).flatMap((c) => c.replies.map((r) => `${r.by}: ${r.value.text}`))

describe('several replies for one wait', () => {
  test('all of a named set, in any order; those of others do not count', async () => {
    const s = approvals({ all: () => ['ann', 'bob'] })
    await using t = s.t
    await t.give({ job: 'a', n: 1 })
    await s.tell('bob', 'yes')
    await s.tell('eve', 'yes')
    await t.restart()
    expect(s.end.calls).toEqual([])
    await s.tell('ann', 'yes')
    expect(said(s)).toEqual(['bob: yes', 'ann: yes'])
    expect([(await t.settle()).pending, s.keeps.names()]).toEqual([0, []])
  })

  test('a quorum of different answerers', async () => {
    const s = approvals({ quorum: 2 })
    await using t = s.t
    await t.give({ job: 'a', n: 1 })
    await s.tell('ann', 'yes')
    await s.tell('ann', 'yes, still')
    expect(s.end.calls).toEqual([])
    await s.tell('bob', 'yes')
    expect(said(s)).toEqual(['ann: yes, still', 'bob: yes'])
  })

  test('until a function of them says so: one refusal is enough', async () => {
    const s = approvals((replies) => replies.length >= 3 || replies.some((r) => r.value.text === 'no'))
    await using t = s.t
    await t.give({ job: 'a', n: 1 })
    await s.tell('ann', 'yes')
    await s.tell('bob', 'no')
    expect(said(s)).toEqual(['ann: yes', 'bob: no'])
  })

  test('a later decision of the same answerer takes the place of the earlier; an older version is a repeat', async () => {
    const s = approvals({ all: () => ['ann', 'bob'] })
    await using t = s.t
    await t.give({ job: 'a', n: 1 })
    await t.run(1000)
    await s.tell('ann', 'yes', { version: 1 })
    await s.tell('ann', 'no', { version: 3 })
    await s.tell('ann', 'yes, once more', { version: 2 })
    await s.tell('bob', 'yes', { version: 1 })
    expect([said(s), s.office.were()]).toEqual([
      ['ann: no', 'bob: yes'],
      ['awaited', 'awaited', 'repeat', 'awaited'],
    ])
  })

  test('replies to an outdated version do not count', async () => {
    const s = approvals({ quorum: 2 }, (reply, body) => reply.of === body.n)
    await using t = s.t
    await t.give({ job: 'a', n: 2 })
    await s.tell('ann', 'yes', { of: 1 })
    await s.tell('bob', 'yes', { of: 2 })
    expect(s.end.calls).toEqual([])
    await s.tell('ann', 'yes', { of: 2, version: 1 })
    expect(said(s)).toEqual(['bob: yes', 'ann: yes'])
  })

  test('of an empty set of answerers goes on at once', async () => {
    const s = approvals({ all: () => [] })
    await using t = s.t
    await t.give({ job: 'a', n: 1 })
    await t.run(1)
    expect(inputs(s.end)).toEqual([{ body: { job: 'a', n: 1 }, replies: [] }])
  })

  test('fifty that come at once are each counted once', async () => {
    const s = approvals({ quorum: 50 })
    await using t = s.t
    await t.give({ job: 'a', n: 1 })
    await t.run(1000)
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => s.office.told.give({ job: 'a', by: `p${i}`, text: 'yes' })),
    )
    await t.run(60_000)
    expect(new Set(said(s)).size).toBe(50)
  })

  test('what came before a wait expired counts when it is replayed', async () => {
    const s = approvals({ quorum: 2 })
    await using t = s.t
    await t.give({ job: 'a', n: 1 })
    await s.tell('ann', 'yes')
    const { dead } = await t.run(3 * 86_400_000)
    expect(dead[0]!.error).toMatchObject({ _tag: 'AwaitExpired', replies: 1 })
    await s.tell('bob', 'yes')
    await t.replay(dead[0]!.id)
    expect(said(s)).toEqual(['ann: yes', 'bob: yes'])
  })

  test('more than are kept for one id are dead letters, not lost', async () => {
    const s = approvals({ quorum: MOST + 1 })
    await using t = s.t
    await t.run(0)
    for (let i = 0; i <= MOST; i++) await s.office.told.give({ job: 'a', by: `p${i}`, text: 'yes' })
    const { dead } = await t.run(60_000)
    expect(dead.map((d) => d.error._tag)).toEqual(['StepFailed'])
  })
})

describe('bad input of a correlation', () => {
  const boom = (): never => {
    throw new Error('boom')
  }
  const ask = { id: (b: Ask) => b.job, within: '1h' } as const

  test('a function that throws is a failed step; nothing is left behind', async () => {
    const c = correlation<Translation>('c')
    for (const [hop, node] of [
      ['c', c.wait({ ...ask, id: boom })],
      ['c', c.wait({ ...ask, id: () => '' })],
      ['c', c.wait({ ...ask, id: () => 7 as never })],
      ['c/wait', c.wait({ ...ask, accepts: boom })],
      ['c/wait', c.wait({ ...ask, join: boom })],
      ['c/wait', c.collect({ ...ask, until: boom })],
      ['c/wait', c.collect({ ...ask, until: { all: boom } })],
      ['answer c', c.answer({ id: (b: Ask) => b.job, reply: boom })],
      ['answer c', c.answer({ id: (b: Ask) => b.job, reply: () => new Date(0) as never })],
      ['answer c', c.answer({ id: (b: Ask) => b.job, reply: () => ({ text: '' }), by: () => '' })],
    ] as const) {
      const office = desk(c)
      const keeps = kept()
      const f = flow('f')
        .from(given<Ask>())
        .through(node as ReturnType<typeof c.wait<Ask>>)
        .otherwise(deadLetter())
      await using t = testFlow(f, { flows: [office.flow], journal: keeps.journal })
      await t.run(0)
      await office.told.give({ job: 'a', text: 'x' })
      await t.give({ job: 'a', n: 1 })
      const r = await t.settle()
      expect(r.dead.map((d) => [d.hop, d.error._tag])).toEqual([[hop, 'StepFailed']])
      expect(keeps.names()).toEqual([])
    }
  })

  test('an `expired` that throws is a failed step, and one that gives a failure fails so', async () => {
    const c = correlation<Translation>('c')
    for (const [expired, tag] of [
      [boom, 'StepFailed'],
      [() => new Bad({}), 'Bad'],
    ] as const) {
      const f = flow('f')
        .input<Ask>()
        .through(c.wait({ ...ask, expired }))
        .otherwise(deadLetter())
      await using t = testFlow(f)
      const { dead } = await t.send({ job: 'a', n: 1 })
      expect(dead.map((d) => d.error._tag)).toEqual([tag])
    }
  })

  test('options that make no sense are refused when they are given', () => {
    const c = correlation<Translation>('c')
    expect(() => correlation('a/b')).toThrow('expected a name')
    expect(() => correlation('a:b')).toThrow('without ":"')
    expect(() => correlation('a', { keep: 'soon' as '1d' })).toThrow('keep: expected a duration')
    expect(() => c.wait({ ...ask, within: 3 as never })).toThrow('within: expected a duration')
    expect(() => c.wait({ ...ask, id: 'job' as never })).toThrow('id: expected a function')
    expect(() => c.wait({ ...ask, remind: { after: '1h', every: '0s', to: fine<object>('x') } })).toThrow(
      'longer than nothing',
    )
    expect(() => c.collect({ ...ask, until: { quorum: 0 } })).toThrow('until: expected')
    expect(() => c.answer({ id: (b: Ask) => b.job, reply: () => ({ text: '' }), version: () => 1 })).toThrow(
      'expected by',
    )
  })

  test('a call in memory cannot wait, and says so; with `call` it gets the answer from there', async () => {
    const c = correlation<Translation>('c')
    const start = flow('f').input<Ask>()
    const r = await start.through(c.wait(ask)).call({ job: 'a', n: 1 })
    expect(
      isFailure(r._tag === 'Left' && r.left) && r._tag === 'Left' && (r.left as Error).message,
    ).toContain('a call in memory cannot wait for an answer')
    const one = start.through(c.wait({ ...ask, call: (b) => ({ text: b.job }) }))
    expect(await one.run({ job: 'a', n: 1 })).toEqual({ body: { job: 'a', n: 1 }, reply: { text: 'a' } })
    const two = start.through(
      c.collect({ ...ask, until: { quorum: 2 }, call: () => [{ text: 'x' }, { text: 'y' }] }),
    )
    expect((await two.run({ job: 'a', n: 1 })).replies.map((x) => x.value.text)).toEqual(['x', 'y'])
    const answer = flow('g')
      .input<Ask>()
      .through(c.answer({ id: (b) => b.job, reply: () => ({ text: '' }) }))
    expect(await answer.call({ job: 'a', n: 1 })).toMatchObject({ left: { _tag: 'StepFailed' } })
  })
})

describe('the entry that removes a row', () => {
  test('ends only if there still is no row: one that came in between may count on it', async () => {
    const ctx = { key: 'timer', now: 5, load: async () => ({}) } as unknown as NodeContext
    expect(await forget({ row: 'await:c:a' }, ctx)).toEqual({
      _tag: 'Right',
      right: { done: 'joined', state: [{ name: 'await:c:a', expect: 0, value: undefined }] },
    })
  })
})

describe('a correlation on one journal', () => {
  // `jump` is how far the machine's clock is off.
  const jumping = (clock: Clock, by: { jump: number }): Clock => ({
    now: () => clock.now() + by.jump,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after: (ms, f, options) => clock.after(ms, f, options),
    soon: (f) => clock.soon(f),
  })

  test('is shared by two processes: one asks, the other answers', async () => {
    const clock = virtualClock()
    const store = memoryStore()
    const c = correlation<Translation>('c')
    const end = fine<{ reply: Translation }>('end')
    const asks = given<Ask>('asks')
    let give: (a: Ask) => Promise<unknown> = async () => {}
    const source = {
      ...asks,
      start: (i: Parameters<typeof asks.start>[0]) => {
        give = (a) => i.accept([{ raw: { ...a }, type: 't', undecodable: 'dead-letter' }])
        return { stop() {} }
      },
    }
    const office = desk(c)
    const asking = flow('ask')
      .from(source)
      .through(c.wait({ id: (b) => b.job, within: '3d' }))
      .to(end)
      .otherwise(deadLetter())
    const runtime = (flows: Parameters<typeof createRuntime>[0]['flows']) =>
      createRuntime({
        flows,
        journal: memoryJournal({ clock, store, processes: 'many' }),
        clock,
        log: silentLogger,
      })
    const [a, b] = [runtime([asking]), runtime([office.flow])]
    await a.start()
    await b.start()
    await give({ job: 'a', n: 1 })
    await clock.advanceBy(60_000)
    await office.told.give({ job: 'a', text: 'across' })
    await clock.advanceBy(60_000)
    expect(inputs(end)).toMatchObject([{ reply: { text: 'across' } }])
    const stopped = Promise.all([a.stop(), b.stop()])
    await clock.advanceBy(60_000)
    await stopped
  })

  test('follows the clock when that jumps by an hour', async () => {
    for (const [jump, dead] of [
      [3_600_000, 1],
      [-3_600_000, 0],
    ] as const) {
      const clock = virtualClock()
      const off = { jump: 0 }
      const c = correlation<Translation>('c')
      const office = desk(c)
      const asks = given<Ask>('asks')
      let give: (a: Ask) => Promise<unknown> = async () => {}
      const source = {
        ...asks,
        start: (i: Parameters<typeof asks.start>[0]) => {
          give = (a) => i.accept([{ raw: { ...a }, type: 't', undecodable: 'dead-letter' }])
          return { stop() {} }
        },
      }
      const end = fine('end')
      const f = flow('f')
        .from(source)
        .through(c.wait({ id: (b) => b.job, within: '90m' }))
        .to(end as never)
        .otherwise(deadLetter())
      const jumps = jumping(clock, off)
      const r = createRuntime({
        flows: [f, office.flow],
        journal: memoryJournal({ clock: jumps }),
        clock: jumps,
        log: silentLogger,
      })
      await r.start()
      await give({ job: 'a', n: 1 })
      await clock.advanceBy(60_000)
      off.jump = jump
      await clock.advanceBy(45 * 60_000)
      await office.told.give({ job: 'b', text: 'somebody stirs' })
      await clock.advanceBy(60_000)
      expect((await r.deadLetters.list()).length).toBe(dead)
      await office.told.give({ job: 'a', text: 'x' })
      await clock.advanceBy(60_000)
      expect([end.calls.length, office.were().at(-1)]).toEqual(dead === 1 ? [0, 'late'] : [1, 'awaited'])
      const stopped = r.stop()
      await clock.advanceBy(60_000)
      await stopped
    }
  })
})

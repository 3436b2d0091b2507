import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  discard,
  failure,
  flow,
  retry,
  Secret,
  stderrLogger,
  type Logger,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'
import { Bad, Down, failing, fine, remote, type Order } from '../semantics/remote.js'
import { orders } from '../semantics/source.js'
import { keptLog } from './kept-log.js'

const MINUTE = 60_000
const many = (n: number): readonly Order[] => Array.from({ length: n }, (_, i) => ({ n: i }))
const refusing = (name = 'to') => remote<Bad>(name, () => new Bad({ status: 422 }))

describe('a dead letter is logged, whoever listens', () => {
  test('with where, why, and how to see and replay it', async () => {
    const log = keptLog()
    await using t = testFlow(flow('f').input<Order>().to(refusing()).otherwise(byKind()), { log })
    const { dead } = await t.send({ n: 1 })
    const { id } = dead[0]!
    expect(log.lines).toEqual([
      {
        level: 'warn',
        data: {
          flow: 'f',
          hop: 'to',
          id,
          attempt: 1,
          error: { _tag: 'Bad', kind: 'permanent', message: 'Bad' },
          list: "runtime.deadLetters.list({ flow: 'f', hop: 'to', tag: 'Bad' })",
          replay: `runtime.deadLetters.replay(['${id}'])`,
        },
        message: 'dead letter: "f/to" ended with Bad: Bad',
      },
    ])
  })

  test('by default on stderr', async () => {
    const lines: string[] = []
    const log = stderrLogger(
      () => 0,
      (line) => lines.push(line),
    )
    await using t = testFlow(flow('f').input<Order>().to(refusing()).otherwise(byKind()), { log })
    await t.send({ n: 1 })
    expect(lines.map((l) => (JSON.parse(l) as { level: number; flow: string }).flow)).toEqual(['f'])
  })

  test('poison too, when it is accepted', async () => {
    const log = keptLog()
    await using t = testFlow(flow('f').from(orders()).to(fine('to')).otherwise(byKind()), { log })
    await t.send({ no: 'number' })
    expect(log.at('warn').map((l) => l.message)).toEqual([
      expect.stringMatching(/^dead letter: "f\/to" ended with DecodeFailed: /),
    ])
    expect(log.at('warn')[0]!.data.attempt).toBe(0)
  })

  test('one that cannot be replayed as it is written has its quotes escaped', async () => {
    const log = keptLog()
    const to = refusing(`it's "to"`)
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), { log })
    await t.send({ n: 1 })
    expect(log.lines[0]!.data.list).toBe(
      String.raw`runtime.deadLetters.list({ flow: 'f', hop: 'it\'s "to"', tag: 'Bad' })`,
    )
  })

  test('what was discarded is no dead letter', async () => {
    const log = keptLog()
    await using t = testFlow(flow('f').input<Order>().to(refusing()).otherwise(discard('gone')), { log })
    await t.send({ n: 1 })
    expect(log.lines).toEqual([])
  })

  test('no secret, and no endless message', async () => {
    class Leaky extends failure('Leaky', 'permanent')<{ readonly token: string }> {
      override message = `authorization: Bearer abcdef0123456789abcdef ${'x'.repeat(5000)}`
    }
    const log = keptLog()
    const to = remote<Leaky>('to', () => new Leaky({ token: 'hush-hush' }))
    const f = flow('f')
      .input<Order>()
      .map('throws', (b) => {
        if (b.n === 2) throw new Error(`with ${String(new Secret('s3cr3t', 'TOKEN'))}`)
        return b
      })
      .to(to)
      .otherwise(byKind())
    await using t = testFlow(f, { log })
    await t.sendAll([{ n: 1 }, { n: 2 }])
    const text = JSON.stringify(log.lines)
    expect(log.at('warn')).toHaveLength(2)
    expect(text).not.toMatch(/hush-hush|abcdef0123456789|s3cr3t/)
    expect(text.length).toBeLessThan(3000)
  })
})

describe('a storm of dead letters is bounded', () => {
  test('ten lines a minute, then one that sums up; the rest at level debug', async () => {
    const log = keptLog()
    await using t = testFlow(flow('f').input<Order>().to(refusing()).otherwise(byKind()), { log })
    await t.sendAll(many(250))
    expect([log.at('warn').length, log.at('debug').length]).toEqual([10, 240])
    await t.run(MINUTE)
    expect(log.at('warn').slice(10)).toEqual([
      {
        level: 'warn',
        data: {
          flow: 'f',
          hop: 'to',
          tag: 'Bad',
          more: 240,
          list: "runtime.deadLetters.list({ flow: 'f', hop: 'to', tag: 'Bad' })",
        },
        message: '240 more dead letters of "f/to" with Bad in the last minute',
      },
    ])
  })

  test('a minute later they are told one by one again', async () => {
    const log = keptLog()
    await using t = testFlow(flow('f').input<Order>().to(refusing()).otherwise(byKind()), { log })
    await t.sendAll(many(10))
    await t.run(MINUTE)
    await t.sendAll(many(10))
    expect(log.lines.map((l) => l.level)).toEqual(Array.from({ length: 20 }, () => 'warn'))
  })

  test('flows, hops and tags are counted apart', async () => {
    const log = keptLog()
    const mixed = remote<Bad | Down>('to', (o) => (o.n % 2 === 0 ? new Bad({}) : new Down({})))
    await using t = testFlow(flow('f').input<Order>().to(mixed).otherwise(deadLetter()), { log })
    await t.sendAll(many(60))
    const tags = log.at('warn').map((l) => (l.data.error as { _tag: string })._tag)
    expect(['Bad', 'Down'].map((tag) => tags.filter((x) => x === tag).length)).toEqual([10, 10])
  })

  test('what was left out is summed up at stop', async () => {
    const log = keptLog()
    const t = testFlow(flow('f').input<Order>().to(refusing()).otherwise(byKind()), { log })
    await t.sendAll(many(12))
    await t.stop()
    expect(log.at('warn').at(-1)!.message).toBe('2 more dead letters of "f/to" with Bad in the last minute')
  })
})

describe('a failed attempt is logged', () => {
  test('the first of a hop and tag in a minute as a warning, the others at level debug', async () => {
    const log = keptLog()
    const route = retry({ initial: '1s', factor: 1, jitter: 'none' })
    await using t = testFlow(flow('f').input<Order>().to(failing('to', 4)).otherwise(route), { log })
    await t.send({ n: 1 })
    expect(log.lines.map((l) => [l.level, l.data.attempt])).toEqual([
      ['warn', 1],
      ['debug', 2],
      ['debug', 3],
      ['debug', 4],
    ])
    expect(log.lines[0]!.message).toBe('attempt 1 of "f/to" failed, it is tried again in 1 s: Down: Down')
    await t.run(MINUTE)
    expect(log.at('info').map((l) => l.message)).toEqual([
      '"f/to" failed 3 more times with Down in the last minute and is tried again',
    ])
  })
})

describe('a destination that is parked is logged', () => {
  const circuit = { failures: 2, open: '30s', maxOpen: '30s' } as const

  test('until when and why, and that it is open again', async () => {
    const log = keptLog()
    const destination = createDestination({ name: 'site', circuit })
    const to = remote<Down>('to', (_o, _ctx, nth) => (nth <= 2 ? new Down({}) : {}), {
      destination,
      seen: (reply) => ({ as: reply instanceof Down ? 'failed' : 'ok' }),
    })
    const route = retry({ initial: '1s', jitter: 'none' })
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(route), { log })
    await t.sendAll([{ n: 1 }, { n: 2 }])
    const about = log.lines.filter((l) => 'destination' in l.data)
    expect(about.map((l) => [l.level, l.message])).toEqual([
      [
        'warn',
        'destination "site": it is parked for 30 s because calls to it failed; its messages wait in the journal',
      ],
      ['info', 'destination "site": it takes calls again'],
    ])
    expect(about[0]!.data).toMatchObject({ destination: 'site', why: 'failing', until: expect.any(Number) })
  })

  test('one that asked for it is told apart, also to listeners', async () => {
    const log = keptLog()
    const destination = createDestination({ name: 'site', circuit, random: { next: () => 0 } })
    const to = remote<Down>(
      'to',
      (_o, ctx, nth) => (nth === 1 ? new Down({ retryAt: ctx.clock.now() + 5000 }) : {}),
      {
        destination,
        seen: (reply) => (reply instanceof Down ? { as: 'refused', retryAt: reply.retryAt! } : { as: 'ok' }),
      },
    )
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), { log })
    const heard: unknown[] = []
    t.runtime.events.on('parked', (e) => heard.push(e.why))
    await t.send({ n: 1 })
    expect(heard).toEqual(['asked'])
    expect(log.at('warn').map((l) => l.message)).toContain(
      'destination "site": it is parked for 5 s because it asked not to be called until then; its messages wait in the journal',
    )
  })
})

describe('the log is a bystander', () => {
  test('one that throws changes nothing', async () => {
    const broken = (): never => {
      throw new Error('a broken log')
    }
    const log: Logger = { debug: broken, info: broken, warn: broken, error: broken }
    const to = failing<Bad>('to', 1, () => new Bad({}))
    await using t = testFlow(flow('f').input<Order>().to(to).otherwise(byKind()), { log })
    const heard: string[] = []
    t.runtime.events.on('dead', (e) => heard.push(e.id))
    const r = await t.sendAll([{ n: 1 }, { n: 2 }])
    expect([r.dead.length, r.delivered.length, r.pending, heard.length]).toEqual([1, 1, 0, 1])
  })

  test('a message that goes well is not logged', async () => {
    const log = keptLog()
    await using t = testFlow(flow('f').input<Order>().to(fine('to')).otherwise(byKind()), { log })
    await t.sendAll(many(5))
    expect(log.lines).toEqual([])
  })
})

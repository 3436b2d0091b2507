import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  failure,
  flow,
  left,
  retry,
  right,
  target,
  type Seen,
} from '../../src/index.js'
import { failover } from '../../src/patterns/index.js'
import { testFlow } from '../../src/testing/index.js'

class Down extends failure('Down', 'transient')<object> {}
class Lost extends failure('Lost', 'transient')<object> {}

type How = 'ok' | 'down' | 'parked' | 'unclear'

const four = (how: Readonly<Record<string, (attempt: number) => How>>) => {
  const calls: string[] = []
  const one = (name: string) =>
    target({
      name,
      destination: createDestination({ name }),
      effect: 'keyed',
      async call(_: { readonly n: number }, ctx) {
        const as = how[name]?.(ctx.attempt) ?? 'ok'
        calls.push(`${name} ${ctx.attempt}`)
        const until = ctx.clock.now() + 60_000
        const seen: Record<How, Seen> = {
          ok: { as: 'ok' },
          down: { as: 'unsent' },
          parked: { as: 'refused', retryAt: until },
          unclear: { as: 'ambiguous' },
        }
        const result =
          as === 'ok' ? right({ by: name }) : left(as === 'unclear' ? new Lost({}) : new Down({}))
        return { result, seen: seen[as] }
      },
    })
  const west = failover('west', [one('w1'), one('w2')])
  const east = failover('east', [one('e1'), one('e2')])
  const f = flow('f')
    .input<{ readonly n: number }>()
    .to(failover('world', [west, east]))
    .otherwise(byKind({ transient: retry({ initial: '1s', jitter: 'none', attempts: 3 }) }))
  return { f, calls }
}

const always = (how: How) => (): How => how

describe('a failover of failovers', () => {
  test('asks them in order, each to its end, and gives the first that takes it', async () => {
    const { f, calls } = four({ w1: always('down'), w2: always('down'), e1: always('down') })
    await using t = testFlow(f)
    const { delivered, dead } = await t.send({ n: 1 })
    expect([calls, delivered.length, dead]).toEqual([['w1 1', 'w2 1', 'e1 1', 'e2 1'], 1, []])
  })

  test('fails when none takes it, and says so of each', async () => {
    const down = always('down')
    const { f, calls } = four({ w1: down, w2: down, e1: down, e2: down })
    await using t = testFlow(f)
    const { dead } = await t.send({ n: 1 })
    expect(calls).toHaveLength(12)
    expect(dead[0]).toMatchObject({ attempts: 3, error: { _tag: 'FailoverExhausted' } })
    expect(dead[0]!.error.message).toBe(
      'failover "world": no target took it: west: FailoverExhausted, east: FailoverExhausted',
    )
  })

  test('goes no further after an outcome that is not clear, however deep', async () => {
    const { f, calls } = four({ w1: always('down'), w2: always('unclear') })
    await using t = testFlow(f)
    const { delivered, dead } = await t.send({ n: 1 })
    expect([calls, delivered]).toEqual([['w1 1', 'w2 1'], []])
    expect(dead[0]!.error).toMatchObject({ _tag: 'OutcomeUnknown', kind: 'unknown' })
  })

  test('waits while all of all are parked, and spends no attempt', async () => {
    const parked = (attempt: number): How => (attempt === 1 ? 'parked' : 'ok')
    const { f, calls } = four({ w1: parked, w2: parked, e1: parked, e2: parked })
    await using t = testFlow(f)
    const { delivered, virtualMs } = await t.send({ n: 1 })
    expect(delivered).toHaveLength(1)
    expect([calls.length, calls.at(-1)]).toEqual([5, expect.stringMatching(/ 2$/)])
    expect(virtualMs).toBeGreaterThanOrEqual(60_000)
  })

  test('of a thousand messages, with one half down, delivers each once', async () => {
    const { f, calls } = four({ w1: always('down'), w2: always('down') })
    await using t = testFlow(f)
    const { delivered } = await t.sendAll(Array.from({ length: 1000 }, (_, n) => ({ n })))
    expect([delivered.length, new Set(delivered.map((d) => d.key)).size]).toEqual([1000, 1000])
    expect(calls.filter((c) => c.startsWith('e'))).toHaveLength(1000)
  })
})

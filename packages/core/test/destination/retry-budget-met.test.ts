import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  failure,
  flow,
  left,
  read,
  retry,
  right,
  target,
  type Destination,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'

class Down extends failure('Down', 'transient')<object> {}
class Wrong extends failure('Wrong', 'transient')<object> {}

/** A destination that remembers of each call whether it came as a repeat. */
const watched = (name: string, calls: string[]): Destination => {
  const real = createDestination({ name, circuit: false })
  return {
    name,
    whenParked: real.whenParked,
    gate(clock) {
      const gate = real.gate(clock)
      return new Proxy(gate, {
        get(_, key) {
          if (key === 'enter')
            return (...[signal, how, repeat]: Parameters<typeof gate.enter>) => {
              calls.push(`${name}: ${repeat === true ? 'repeat' : 'first'}`)
              return gate.enter(signal, how, repeat)
            }
          const value: unknown = Reflect.get(gate, key, gate)
          return typeof value === 'function' ? (value as () => unknown).bind(gate) : value
        },
      })
    },
  }
}

/** A flow of a read from `a` and a call of `b`; `fails` says at which attempt which of them fails, or a step between. */
const attempts = async (fails: readonly ('a' | 'b' | 'between' | 'none')[]): Promise<readonly string[]> => {
  const calls: string[] = []
  const now = (attempt: number): string => fails[attempt - 1] ?? 'none'
  const [a, b] = [watched('a', calls), watched('b', calls)]
  const f = flow('f')
    .input<{ readonly n: number }>()
    .via(
      read({
        name: 'ask a',
        destination: a,
        call: (body: { readonly n: number }, ctx) =>
          now(ctx.attempt) === 'a'
            ? { result: left(new Down({})), seen: { as: 'failed' } }
            : { result: right(body), seen: { as: 'ok' } },
      }),
    )
    .map('between', (body, ctx) => (now(ctx.attempt) === 'between' ? new Wrong({}) : body))
    .to(
      target({
        name: 'call b',
        destination: b,
        effect: 'idempotent',
        call: (_: { readonly n: number }, ctx) =>
          now(ctx.attempt) === 'b'
            ? { result: left(new Down({})), seen: { as: 'failed' } }
            : { result: right({}), seen: { as: 'ok' } },
      }),
    )
    .otherwise(byKind({ transient: retry({ initial: '1s', jitter: 'none', attempts: 10 }) }))
  await using t = testFlow(f)
  const { delivered } = await t.send({ n: 1 })
  expect(delivered).toHaveLength(1)
  return calls
}

describe('a call is a repeat', () => {
  test('of that destination whose call failed in the attempt before, and of no other', async () => {
    expect(await attempts(['b'])).toEqual(['a: first', 'b: first', 'a: first', 'b: repeat'])
    expect(await attempts(['a'])).toEqual(['a: first', 'a: repeat', 'b: first'])
  })

  test('not when something else failed the attempt before', async () => {
    expect(await attempts(['between'])).toEqual(['a: first', 'a: first', 'b: first'])
  })

  test('not when it failed in an attempt before the last', async () => {
    expect(await attempts(['b', 'a'])).toEqual(['a: first', 'b: first', 'a: first', 'a: repeat', 'b: first'])
    expect(await attempts(['a', 'between'])).toEqual(['a: first', 'a: repeat', 'a: first', 'b: first'])
  })

  test('as often as it fails', async () => {
    expect(await attempts(['a', 'a', 'a'])).toEqual([
      'a: first',
      'a: repeat',
      'a: repeat',
      'a: repeat',
      'b: first',
    ])
  })
})

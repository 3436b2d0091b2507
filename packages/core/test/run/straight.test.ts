import { describe, expect, test } from 'vitest'
import {
  createDestination,
  failure,
  flow,
  left,
  right,
  seededRandom,
  silentLogger,
  systemClock,
  target,
  type Random,
} from '../../src/index.js'
import {
  filterLine,
  mapLine,
  onLine,
  recoverLine,
  stepLine,
  tapLine,
  targetLine,
} from '../../src/flow/lines.js'
import type { AnyStep } from '../../src/flow/op.js'
import { program, type Fn, type Line } from '../../src/run/line.js'
import { odd, run } from '../../src/run/loop.js'
import { HOT } from '../../src/run/runner.js'
import { straighten } from '../../src/run/straight.js'
import { CallContext } from '../../src/step/context.js'

class Down extends failure('Down', 'transient')<{ at: string }> {}
class Lost extends failure('Lost', 'unknown')<{ at: string }> {}

const env = { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} }
const pick = <A>(random: Random, among: readonly A[]): A => among[Math.floor(random.next() * among.length)]!
// A foreign promise: no `Promise`, but awaited like one.
// oxlint-disable-next-line unicorn/no-thenable
const thenable = (value: unknown): object => ({ then: (resolve: (v: unknown) => void) => resolve(value) })
const seen: unknown[] = []

/** A function of a random kind: sound, failing, throwing; at once, by a promise, by somebody else's promise. */
const behaviour = (random: Random, give: Fn, name: string): Fn => {
  const ends: readonly Fn[] = [
    give,
    give,
    give,
    give,
    () => new Down({ at: name }),
    () => new Lost({ at: name }),
  ]
  const end = pick(random, ends)
  const how = pick(random, ['now', 'now', 'promise', 'thenable', 'throw', 'reject'] as const)
  return (v) => {
    seen.push([name, v])
    if (how === 'throw') throw new TypeError(name)
    if (how === 'reject') return Promise.reject(new TypeError(name))
    const value: unknown = end(v, undefined)
    return how === 'promise' ? Promise.resolve(value) : how === 'thenable' ? thenable(value) : value
  }
}

const resulting = (f: Fn): Fn => {
  const result = (value: unknown): unknown => (value instanceof Error ? left(value as Down) : right(value))
  return (v) => {
    const r: unknown = f(v, undefined)
    const later = r instanceof Promise || typeof (r as { then?: unknown } | null)?.then === 'function'
    return later ? Promise.resolve(r).then(result) : result(r)
  }
}

const lineOf = (random: Random, i: number): Line => {
  const name = `step ${i} "quoted" \n`
  const add: Fn = (v: { path: number[] }) => ({ path: [...v.path, i] })
  const kept = pick(random, [true, true, true, false])
  const step = (effect: string): AnyStep =>
    ({ name, effect, run: resulting(behaviour(random, add, name)), with: undefined }) as unknown as AnyStep
  return pick(random, [
    () => mapLine(name, behaviour(random, add, name)),
    () =>
      filterLine(
        name,
        behaviour(random, () => kept, name),
      ),
    () => tapLine(name, behaviour(random, add, name)),
    () => stepLine(step('none')),
    () => targetLine(name, step('keyed'), undefined),
    () => targetLine(name, step('idempotent'), (b: object, r: object) => ({ ...b, ...r })),
    () =>
      recoverLine(
        'Down',
        behaviour(random, () => ({ path: [-i] }), name),
      ),
    () => onLine('Lost'),
  ])()
}

describe('a program written out straight', () => {
  test('gives what the loop gives, calls the same functions with the same values, and fails at the same line', async () => {
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededRandom(seed)
      const p = program(
        Array.from({ length: 1 + Math.floor(random.next() * 6) }, (_, i) => lineOf(random, i)),
      )
      const straight = straighten(p, odd)!
      const outcome = async (go: typeof straight): Promise<unknown> => {
        const ends: unknown[] = []
        const ctx = new CallContext<Line>(env, 'f', undefined)
        ctx.ended = (r) => ends.push(r)
        seen.length = 0
        const r = await go({ path: [] }, ctx)
        return { r, calls: [...seen], failed: ctx.failed?.name, at: ctx.at, ends: ends.length }
      }
      const looped = await outcome((body, ctx) => run(p, body, ctx))
      expect(await outcome(straight), `seed ${seed}`).toEqual(looped)
    }
  })

  test('calls a step on itself, and a function on nothing', async () => {
    const selves: unknown[] = []
    const step = {
      name: 's',
      effect: 'none',
      run(this: unknown, v: unknown) {
        selves.push(this)
        return right(v)
      },
    } as unknown as AnyStep
    const note = function (this: unknown, v: unknown): unknown {
      selves.push(this)
      return v
    }
    const to = { ...step, effect: 'keyed' } as AnyStep
    const p = program([mapLine('m', note), stepLine(step), targetLine('t', to, note)])
    await straighten(p, odd)!({}, new CallContext<Line>(env, 'f', undefined))
    expect(selves).toEqual([undefined, step, to, undefined])
  })
})

describe('a flow that is called often', () => {
  const put = target<{ n: number }, { id: number }, Down, 'keyed'>({
    name: 'put',
    destination: createDestination({ name: 'd' }),
    effect: 'keyed',
    call: (b) => ({
      result: b.n === 7 ? left(new Down({ at: 'put' })) : right({ id: b.n }),
      seen: { as: 'ok' },
    }),
  })
  const f = flow('f')
    .input<{ n: number }>()
    .filter('even', (b) => b.n % 2 === 1)
    .map('double', (b) => ({ n: b.n }))
    .to(put, { into: (b, r) => ({ ...b, ...r }) })

  test('gives the same before and after it got code of its own', async () => {
    for (let i = 0; i < HOT * 2; i++) {
      expect(await f.call({ n: 1 })).toEqual(right({ n: 1, id: 1 }))
      expect(await f.call({ n: 2 })).toEqual(left({ _tag: 'Filtered', step: 'even' }))
      expect(await f.call({ n: 7 })).toMatchObject(left({ _tag: 'Down', at: 'put' }))
    }
  })
})

import { describe, expect, test } from 'vitest'
import { byKind, flow } from '../../src/index.js'
import {
  law,
  simulate,
  SimulationFailed,
  type Law,
  type SimulateOptions,
  type Simulation,
} from '../../src/testing/index.js'
import { fine, type Order } from '../semantics/remote.js'

const put = (n: () => number) =>
  flow('f')
    .input<Order>()
    .map('n', (o) => ({ ...o, n: o.n + n() }))
    .to(fine<Order>('put'))
    .otherwise(byKind())
const world = (sim: Simulation) => {
  for (let n = 1; n <= 2; n++) sim.send('f', { n })
  return { steps: { put: () => ({}) } }
}
const said = async (o: object, n: () => number = () => 0): Promise<string> => {
  const all = { world, seeds: { count: 3 }, ...o } as SimulateOptions
  const thrown: unknown = await simulate([put(n)], all).catch((e: unknown) => e)
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'nothing'
}

describe('a simulation that was not meant so is refused, and does not pass', () => {
  test('a stand-in for a step that is not there, by the names that there are', async () => {
    const steps = { putt: () => ({}) }
    expect(await said({ world: (sim: Simulation) => ({ ...world(sim), steps }) })).toBe(
      'TypeError: simulate: world: steps: expected names of steps (put), got "putt"',
    )
  })
  test('a law that says later, or something that is neither words nor nothing', async () => {
    const odd = (check: () => unknown): readonly Law[] => [law('odd', check as () => undefined)]
    const expected = 'TypeError: law "odd": check: expected a text, false or nothing, at once, got'
    expect(await said({ invariants: odd(async () => 'broken') })).toBe(`${expected} a promise`)
    expect(await said({ invariants: odd(() => Promise.reject(new Error('no'))) })).toBe(
      `${expected} a promise`,
    )
    expect(await said({ invariants: odd(() => true) })).toBe(`${expected} boolean`)
    expect(await said({ invariants: odd(() => false) })).toBe('nothing')
  })
  test('a world that is made later', async () => {
    expect(await said({ world: async (sim: Simulation) => world(sim) })).toContain(
      'simulate: world: expected a function that gives a world at once',
    )
  })
  test('processes that a function says, and are no number of them', async () => {
    expect(await said({ processes: () => 0 })).toContain('simulate: processes: expected a whole number')
  })
  test.each([
    [{ faults: 'all' }, 'simulate: faults:'],
    [{ faults: { every: '3' } }, 'simulate: faults.every:'],
    [{ faults: { longestMs: Number.POSITIVE_INFINITY } }, 'simulate: faults.longestMs:'],
    [{ faults: { kinds: null } }, 'simulate: faults.kinds:'],
    [{ seeds: undefined, seed: 1, only: { messages: 'x' } }, 'simulate: only.messages:'],
    [{ repair: 'no' }, 'simulate: repair:'],
  ])('%j', async (o, text) => {
    expect(await said(o)).toContain(`TypeError: ${text} expected`)
  })
})

describe('a seed that does something else when it is run again', () => {
  const high = law('high', ({ calls }) =>
    calls.some((c) => JSON.parse(c.body).n > 1000) ? 'too high' : undefined,
  )

  test('is named as such in its failure, whose story is not made shorter', async () => {
    let runs = 0
    const text = await said({ invariants: [high], faults: 'none' }, () => (runs++ === 0 ? 5000 : 0))
    expect(text).toContain('SimulationFailed: high: too high')
    expect(text).toContain('Run again, this seed did something else')
    expect(text).not.toContain('the story below')
  })
  test('one that does the same is not', async () => {
    const failed: unknown = await simulate([put(() => 5000)], { world, invariants: [high] }).catch((e) => e)
    expect(failed).toBeInstanceOf(SimulationFailed)
    expect((failed as SimulationFailed).message).not.toContain('Run again')
    expect((failed as SimulationFailed).only).toMatchObject({ messages: [expect.any(Number)], faults: [] })
  })
})

test('a failure that takes exactly two faults is shrunk to these two, and one message', async () => {
  const both = law('both', ({ faults }) =>
    ['lost', 'crash'].every((kind) => faults.some((f) => f.kind === kind)) ? 'both struck' : undefined,
  )
  const failed = (await simulate([put(() => 0)], {
    world,
    seeds: { count: 300 },
    faults: { every: 15 },
    invariants: [both],
  }).catch((e: unknown) => e)) as SimulationFailed
  expect(new Set(failed.only.faults!.map((f) => f.split(' ')[0]))).toEqual(new Set(['crash', 'lost']))
  expect(failed.only.faults).toHaveLength(2)
  expect(failed.only.messages).toHaveLength(1)
})

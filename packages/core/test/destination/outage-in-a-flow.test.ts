import { describe, expect, test } from 'vitest'
import {
  byKind,
  createDestination,
  deadLetter,
  failure,
  flow,
  left,
  retry,
  right,
  seededRandom,
  target,
  type Context,
  type Deployable,
  type DestinationOptions,
  type Random,
} from '../../src/index.js'
import { testFlow } from '../../src/testing/index.js'

// 100 messages a second for a minute, against a remote that is down from second 10 to second 25.
const PER_SECOND = 100
const MESSAGES = 60 * PER_SECOND
const DOWN = { from: 10_000, to: 25_000 }
const START = Date.UTC(2026, 0)
/** What the remote takes for one call. */
const WORK_MS = 30

class Unavailable extends failure('Unavailable', 'transient')<object> {}

interface Order {
  readonly n: number
}

/** A remote that works on some calls at once, and what it does with those that are too many. */
interface Capacity {
  readonly workers: number
  readonly full: 'queues' | 'refuses'
}

class Remote {
  readonly #random: Random
  readonly #capacity: Capacity
  readonly #outage: boolean
  readonly #free: number[]
  readonly calls: number[] = []
  refused = 0
  /** By message: which attempt was the last one. */
  readonly attempts = new Map<number, number>()

  constructor(random: Random, capacity: Capacity, outage: boolean) {
    this.#random = random
    this.#capacity = capacity
    this.#outage = outage
    this.#free = Array<number>(capacity.workers).fill(0)
  }

  /** Whether it takes the call. */
  async post({ n }: Order, { clock, attempt }: Context): Promise<boolean> {
    const now = clock.now() - START
    this.calls.push(now)
    this.attempts.set(n, attempt)
    const worker = this.#free.indexOf(Math.min(...this.#free))
    const down = this.#outage && now >= DOWN.from && now < DOWN.to
    if (down || (this.#capacity.full === 'refuses' && this.#free[worker]! > now)) {
      this.refused++
      await clock.sleep(2 + 10 * this.#random.next())
      return false
    }
    const done = Math.max(now, this.#free[worker]!) + WORK_MS * (0.8 + 0.4 * this.#random.next())
    this.#free[worker] = done
    await clock.sleep(done - now)
    return true
  }

  /** Calls in the busiest second. */
  get peak(): number {
    const seconds = new Map<number, number>()
    for (const at of this.calls)
      seconds.set(Math.floor(at / 1000), (seconds.get(Math.floor(at / 1000)) ?? 0) + 1)
    return Math.max(...seconds.values())
  }
}

const orders = (options: Partial<DestinationOptions>, random: Random, remote: Remote): Deployable => {
  const post = target({
    name: 'post',
    destination: createDestination({ name: 'site', random, ...options }),
    effect: 'keyed',
    call: async (order: Order, ctx) =>
      (await remote.post(order, ctx))
        ? { result: right({}), seen: { as: 'ok' } }
        : { result: left(new Unavailable({})), seen: { as: 'refused' } },
  })
  return flow('orders')
    .input<Order>()
    .to(post)
    .otherwise(byKind({ transient: retry({ attempts: 8 }).orElse(deadLetter()) }))
}

const minute = async (
  options: Partial<DestinationOptions>,
  capacity: Capacity,
  outage: boolean,
  seed: number,
) => {
  const random = seededRandom(seed)
  const remote = new Remote(random, capacity, outage)
  await using t = testFlow(orders(options, random, remote), { seed })
  for (let n = 0; n < MESSAGES; n++)
    t.clock.after((n * 1000) / PER_SECOND + 8 * random.next(), () => void t.give({ n }))
  const { dead, pending, delivered } = await t.settle()
  return { dead, pending, delivered, remote }
}

const tight = { workers: 4, full: 'refuses' } as const
const patient = { workers: 4, full: 'queues' } as const
const large = { workers: 500, full: 'refuses' } as const

describe.each<[string, Partial<DestinationOptions>, Capacity]>([
  ['with the defaults', {}, patient],
  ['with a rate limit, of a remote that could do more', { rate: { limit: 13, per: '100ms' } }, large],
  ['with an adaptive limit, of a remote that queues', { concurrency: { adaptive: {} } }, patient],
  ['with an adaptive limit, of a remote that refuses', { concurrency: { adaptive: {} } }, tight],
])('an outage of 15 s at 100 messages a second, %s', (_, options, capacity) => {
  test.each([[1], [2]])(
    'costs few calls, no dead letter, and no attempt of a message that waits (seed %i)',
    async (seed) => {
      const usual = (await minute(options, capacity, false, seed)).remote
      const { remote, dead, pending, delivered } = await minute(options, capacity, true, seed)
      expect([dead, pending, delivered.length]).toEqual([[], 0, MESSAGES])
      expect(remote.calls.length).toBeLessThanOrEqual(1.2 * usual.calls.length)
      expect(remote.peak).toBeLessThanOrEqual(1.5 * usual.peak)
      // Every attempt that was spent is a call that the remote refused.
      const spent = [...remote.attempts.values()].reduce((sum, attempt) => sum + attempt - 1, 0)
      expect(spent).toBe(remote.refused)
      expect(remote.calls.length).toBe(MESSAGES + remote.refused)
      const during = remote.calls.filter((at) => at >= DOWN.from && at < DOWN.to)
      expect(during.length).toBeLessThanOrEqual(20)
    },
  )
})

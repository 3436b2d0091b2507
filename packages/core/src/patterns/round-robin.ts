import type { Tagged } from '../failure/failure.js'
import type { Clock } from '../ports/clock.js'
import type { Result } from '../result/result.js'
import type { Context, Target } from '../step/step.js'
import { target } from '../step/target.js'
import { OneOfManyContext } from './failover-context.js'
import { destinationOfMany } from './failover-destination.js'
import {
  checkedTargets,
  settingsOf,
  weakest,
  type Called,
  type FailureOf,
  type InputOf,
  type ReplyOf,
  type Targets,
} from './failover-parts.js'

/**
 * Round-robin load balancer: gives each message to one of several targets, in turn, so that all get an even share. A target
 * whose destination is parked is left out while it is.
 *
 * The choice is made once for each message and remembered with it (`ctx.once`: durable before the call), so its retries go
 * to the same target, after a crash too; one that is parked later is waited for. So its effect is the weakest of theirs:
 * what is keyed stays keyed. When the chosen target is no longer among them, another one is chosen.
 *
 * Whose turn it is lives in memory, per clock; it begins anew at a restart.
 *
 * @example
 * const render = roundRobin('render', [failover('east', [east, west]), failover('west', [west, east])])
 *
 * @throws TypeError when there is no target, or two have one name.
 */
export const roundRobin = <const Ts extends Targets>(
  name: string,
  targets: Ts,
): Target<InputOf<Ts[number]>, ReplyOf<Ts[number]>, FailureOf<Ts[number]>> => {
  const called = checkedTargets('roundRobin', name, targets)
  const rotations = new WeakMap<Clock, Rotation>()
  const next = (ctx: Context): Called => {
    const clock = ctx.clock.root ?? ctx.clock
    let rotation = rotations.get(clock)
    if (rotation === undefined) rotations.set(clock, (rotation = new Rotation(called, clock)))
    return rotation.next()
  }
  const chosen = async (ctx: Context): Promise<Called> => {
    let mark = `turn of ${name}`
    for (;;) {
      const was = await ctx.once(mark, async () => next(ctx).name)
      const found = called.find((t) => t.name === was)
      if (found !== undefined) return found
      mark = `${mark}, without ${was}`
    }
  }
  // No other destination is named so: what is kept of destinations goes by name.
  const destination = destinationOfMany(
    `round robin ${name}`,
    called.map((t) => t.destination),
    'all',
  )
  const [first] = called
  const made = target<unknown, Result<Tagged, unknown>, Called['effect']>({
    name,
    destination,
    effect: weakest(called),
    settings: settingsOf(called),
    async run(input, ctx) {
      const pass = await ctx.enter(destination)
      if (typeof pass !== 'function') return pass
      const t = await chosen(ctx)
      return t.run(input, new OneOfManyContext(ctx, t.name))
    },
    ...(first?.preview && { preview: first.preview.bind(first) }),
    ...(called.some((t) => t.reconcile !== undefined) && {
      async reconcile(input: unknown, ctx: Context) {
        const t = await chosen(ctx)
        return (await t.reconcile?.(input, new OneOfManyContext(ctx, t.name))) ?? 'unknown'
      },
    }),
  })
  return made as never
}

/** Whose turn it is. */
class Rotation {
  readonly #targets: readonly Called[]
  readonly #clock: Clock
  #turn = -1

  constructor(targets: readonly Called[], clock: Clock) {
    this.#targets = targets
    this.#clock = clock
  }

  /** The next one that is open; when none is, the one that opens first. */
  next(): Called {
    const n = this.#targets.length
    const inTurn = Array.from({ length: n }, (_, i) => (this.#turn + 1 + i) % n)
    const until = (i: number): number => this.#targets[i]!.destination.gate(this.#clock).parkedUntil()
    this.#turn = inTurn.reduce((best, i) => (until(i) < until(best) ? i : best))
    return this.#targets[this.#turn]!
  }
}

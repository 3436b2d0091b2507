import type { Clock } from '../ports/clock.js'
import type { Destination, Gate } from './destination.js'
import { LiveGate } from './gate.js'
import { settingsOf, type DestinationOptions } from './settings.js'

/**
 * Names a remote and says how it is called: one circuit, one rate limit, one concurrency limit and one retry budget, shared
 * by all flows and plain calls that use this value.
 *
 * It is parked (takes no calls) when it asks for it (a report with `retryAt`: until then, plus up to 10 % of the wait,
 * one minute at most, so that processes do not come back together), and when `circuit.failures` calls in a row failed:
 * for `circuit.open`, doubling up to `circuit.maxOpen` while the calls let in afterwards fail. After a parking it is
 * released in a ramp: one call, then 2, 4, … up to `concurrency`. Calls in flight when it was parked do not count again.
 *
 * Repeats of what failed are let in as long as the retry budget lasts: 20 % of the first calls of the last ten seconds, and
 * 10 a second, unless told otherwise.
 *
 * Calls are let in first come, first served. Without a parking, a rate limit or a full house, entering is synchronous.
 *
 * @example
 * const site = createDestination({ name: 'site', concurrency: 8, rate: { limit: 10, per: '1s' } })
 *
 * @throws TypeError naming the destination and the option, when an option makes no sense.
 */
export const createDestination = (options: DestinationOptions): Destination => {
  const settings = settingsOf(options)
  const gates = new WeakMap<Clock, Gate>()
  return {
    name: settings.name,
    whenParked: settings.whenParked,
    limits: {
      concurrency: settings.concurrency,
      ...(settings.rate !== undefined && { rate: settings.rate }),
    },
    gate(clock) {
      const root = clock.root ?? clock
      const known = gates.get(root)
      if (known !== undefined) return known
      const chance = options.random ?? root.random
      const gate = new LiveGate(chance === undefined ? settings : { ...settings, random: chance }, root)
      gates.set(root, gate)
      return gate
    },
  }
}

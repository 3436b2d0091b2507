import { createDestination } from '../../src/destination/create-destination.js'
import type { Gate, Leave, Seen } from '../../src/destination/destination.js'
import type { DestinationOptions } from '../../src/destination/settings.js'
import type { Clock } from '../../src/ports/clock.js'
import { virtualClock, type VirtualClock } from '../../src/testing/virtual-clock.js'

export const ok: Seen = { as: 'ok' }
export const failed: Seen = { as: 'failed' }

/** A random that always gives the same number. */
export const always = (n: number): { next(): number } => ({ next: () => n })

/** A gate under a clock that starts at 0. */
export const opened = (
  options?: Partial<DestinationOptions>,
): { readonly clock: VirtualClock; readonly gate: Gate } => {
  const clock = virtualClock({ start: 0 })
  return { clock, gate: createDestination({ name: 'site', random: always(0), ...options }).gate(clock) }
}

/** A clock whose timers fire 5 ms late, as the machine's may. */
export const lateTimers = (clock: VirtualClock): Clock => ({
  now: () => clock.now(),
  sleep: (ms, signal) => clock.sleep(ms, signal),
  after: (ms, f, options) => clock.after(ms + 5, f, options),
  soon: (f) => clock.soon(f),
})

/** Enters, and insists that it took no waiting. */
export const atOnce = (gate: Gate, how: 'now' | 'wait' = 'now'): Leave => {
  const pass = gate.enter(undefined, how)
  if (typeof pass === 'function') return pass
  throw new Error('expected to be let in at once')
}

/** Makes `n` calls, one after the other, that all end as `seen`. */
export const calls = (gate: Gate, n: number, seen: Seen): void => {
  for (let i = 0; i < n; i++) atOnce(gate)(seen)
}

/** Watches a promise: what it came to, once it has. */
export const following = <T>(promise: T | Promise<T>): { now?: T; error?: unknown } => {
  const state: { now?: T; error?: unknown } = {}
  Promise.resolve(promise).then(
    (value) => (state.now = value),
    (error: unknown) => (state.error = error),
  )
  return state
}

/** Lets promises run. */
export const turn = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

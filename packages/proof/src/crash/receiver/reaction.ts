import { chance } from '../chance.ts'
import type { Delivery } from '../cast/delivery.ts'

/**
 * What the receiver does with a request. `taken`: it took effect. `cut`: it took effect, and the connection ends without
 * an answer. `refused`: 422. `busy`: 503. `down`: the connection ends before anything happened.
 */
export type Reaction = 'taken' | 'cut' | 'refused' | 'busy' | 'down'

/** How often the flapping remote is down, and for how long: milliseconds. */
const EVERY = 6000
const DOWN = 1800

/** How a request is answered: by what it is, the how-manieth of its key it is, and the time since the receiver began. */
export const reactionTo = (
  path: string,
  { key, refuse }: Delivery,
  nth: number,
  elapsedMs: number,
  healed: boolean,
): Reaction => {
  if (refuse) return 'refused'
  if (!healed && path === '/flapping' && elapsedMs % EVERY < DOWN)
    return chance('down', key, nth) < 0.5 ? 'busy' : 'down'
  const first = nth === 1
  if (first && path !== '/unsafe' && path !== '/asked' && chance('busy', key) < 1 / 15) return 'busy'
  return first && chance('cut', key) < 1 / 60 ? 'cut' : 'taken'
}

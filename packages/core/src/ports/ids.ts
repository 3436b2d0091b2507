import type { Clock } from './clock.js'
import type { Random } from './random.js'

/** Where message ids come from. */
export interface Ids {
  next(): string
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')

/**
 * UUIDv7 (RFC 9562, 5.7), monotonic within one generator: 48 bits of time, then a counter of 12 + 14 bits that starts
 * anew at random each millisecond, then 48 random bits. A clock that goes back does not make an id go back.
 */
export const uuidv7 = (clock: Pick<Clock, 'now'>, random: Random): Ids => {
  let last = -1
  let count = 0
  // The text of the time, which is dear to make, and mostly that of the id before.
  let time = ''
  const tick = (to: number, first: number): void => {
    last = to
    count = first
    const digits = hex(to, 12)
    time = `${digits.slice(0, 8)}-${digits.slice(8)}`
  }
  return {
    next() {
      const now = clock.now()
      if (now > last) tick(now, Math.floor(random.next() * 2 ** 25))
      else if (++count === 2 ** 26) tick(last + 1, 0)
      const low = hex((count % 2 ** 14) | 0x8000, 4)
      const tail = hex(Math.floor(random.next() * 2 ** 24), 6) + hex(Math.floor(random.next() * 2 ** 24), 6)
      return `${time}-7${hex(Math.floor(count / 2 ** 14), 3)}-${low}-${tail}`
    },
  }
}

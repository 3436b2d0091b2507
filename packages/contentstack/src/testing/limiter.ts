import type { Clock } from '@xconnector/core'
import { refused, responseOf } from './envelope.js'

/** Counts the reads of an organization: at most so many in each second of the clock. */
export interface Limiter {
  /** Headers for an answer that is let through, or the answer 429. */
  enter(): Readonly<Record<string, string>> | Response
}

/** A limiter that starts fresh. As with Contentstack, nothing says when to come again. */
export const limiterOf = (perSecond: number, clock: Pick<Clock, 'now'>): Limiter => {
  let second = -1
  let used = 0
  return {
    enter() {
      const now = Math.floor(clock.now() / 1000)
      if (now !== second) {
        second = now
        used = 0
      }
      used++
      const headers = {
        'x-ratelimit-limit': String(perSecond),
        'x-ratelimit-remaining': String(Math.max(0, perSecond - used)),
      }
      return used <= perSecond ? headers : responseOf(refused(429, 429, 'Too many requests.'), headers)
    },
  }
}

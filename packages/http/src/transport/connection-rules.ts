import { millis, type DestinationOptions, type Duration } from '@xconnector/core'
import type { ConnectionRules } from './transport-needs.js'

/** How connections are kept, where it is not by default. */
export interface ConnectionOptions {
  /**
   * How many to one host at most; more calls wait for one. Default: as many as the destination's `concurrency` lets in at
   * once, where that is a number, else any.
   */
  readonly perHost?: number
  /** After how long one is not used for another call, so that changes of DNS are seen. Default `'5m'`. */
  readonly maxAge?: Duration
  /**
   * How long an unused one is kept. It should be shorter than the remote keeps them: one that is closed just when a call
   * goes out is `ConnectionLost`, since nobody can tell whether the call was read. Default `'4s'`; a shorter
   * `Keep-Alive: timeout` of the remote wins.
   */
  readonly idle?: Duration
}

/**
 * The rules in the options of the client that `at` names. `concurrency`: how many calls its destination lets in at once.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const connectionRules = (
  options: ConnectionOptions | undefined,
  at: string,
  concurrency?: DestinationOptions['concurrency'],
): ConnectionRules => {
  const {
    perHost = typeof concurrency === 'number' ? concurrency : Infinity,
    maxAge = '5m',
    idle = '4s',
  } = options ?? {}
  if (perHost !== Infinity && !(Number.isSafeInteger(perHost) && perHost >= 1))
    throw new TypeError(
      `${at} connections.perHost: expected a number of connections, 1 or more, got ${String(perHost)}`,
    )
  const idleMs = millis(idle, `${at} connections.idle`)
  if (idleMs === 0) throw new TypeError(`${at} connections.idle: expected more than 0`)
  return { perHost, maxAgeMs: millis(maxAge, `${at} connections.maxAge`), idleMs }
}

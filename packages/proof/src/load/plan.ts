/** How long each part of a run lasts: milliseconds. */
export interface Plan {
  /** A closed loop that finds the maximum; its first third does not count. */
  readonly maximum: number
  /** Nothing happens, and the loop's delay is read. */
  readonly idle: number
  /** The first part of the steady load, before anything is judged. */
  readonly warmUp: number
  /** The steady load, warm-up included. */
  readonly steady: number
  readonly overload: number
  /** The steady load again. */
  readonly recovery: number
  /** How often the service is sampled. */
  readonly every: number
}

const MINUTE = 60_000

/** The plan of a run whose steady load lasts so many minutes. One shorter than a minute is short in all its parts. */
export const planOf = (minutes: number): Plan => {
  const share = Math.min(1, minutes)
  const steady = minutes * MINUTE
  return {
    maximum: Math.max(2000, share * 30_000),
    idle: Math.max(500, share * 3000),
    warmUp: Math.min(2 * MINUTE, steady / 3),
    steady,
    overload: Math.max(1500, share * 30_000),
    recovery: Math.max(1500, share * MINUTE),
    every: minutes < 0.5 ? 250 : 1000,
  }
}

/** What part of the maximum is the steady load. */
export const SHARE = 0.7

/** How many times the maximum is offered in overload. */
export const OVERLOAD = 10

import { systemClock, type Clock } from '@xconnector/core'

export const NOW: number = Date.parse('2026-05-04T10:00:00.000Z')

/** The machine's clock that says another time, which stands still until it is set. */
export interface FixedClock extends Clock {
  at: number
}

export const fixedClock = (at: number = NOW): FixedClock => ({
  ...systemClock,
  at,
  now() {
    return this.at
  },
})

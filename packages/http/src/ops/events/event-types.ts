import type { RuntimeEvents } from '@xconnector/core'

// A record, so that the compiler misses none.
const ALL: Readonly<Record<keyof RuntimeEvents, true>> = {
  accepted: true,
  done: true,
  retry: true,
  dead: true,
  run: true,
  fenced: true,
  parked: true,
  opened: true,
  paused: true,
  resumed: true,
  orphans: true,
  drift: true,
  trouble: true,
  stopping: true,
}

/** Every type of event that a runtime tells. */
export const EVENT_TYPES: readonly (keyof RuntimeEvents)[] = Object.keys(ALL) as (keyof RuntimeEvents)[]

import type { ServiceSample } from './orders.ts'

/** The parts of a run, in order. */
export const PHASES = ['warm-up', 'steady', 'overload', 'recovery', 'drain'] as const

export type Phase = (typeof PHASES)[number]

/** What was seen in one second, or so. Sizes are MiB, times milliseconds, rates a second; NaN: there was nothing to measure. */
export interface Seen extends Omit<ServiceSample, 'rss' | 'heap' | 'wal' | 'file' | 'cpuMs'> {
  /** Seconds since the start of the warm-up. */
  readonly at: number
  readonly phase: Phase
  readonly rss: number
  readonly heap: number
  readonly wal: number
  readonly file: number
  /** Processor time of the service as a part of one core. */
  readonly cpu: number
  /** From when a message was due until a receiver had it. */
  readonly deliveredP50: number
  readonly deliveredP99: number
  /** From when a message was due until its 202. */
  readonly acceptedP50: number
  readonly acceptedP99: number
  readonly accepted: number
  readonly refused: number
  /** Offered, and no connection was free for a second. */
  readonly unsent: number
  /** Deliveries. */
  readonly delivered: number
}

/** When a phase was: seconds since the start of the warm-up. */
export interface Stretch {
  readonly phase: Phase
  readonly from: number
  readonly to: number
}

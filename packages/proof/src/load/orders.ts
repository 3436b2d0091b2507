import type { Kind } from './kinds.ts'

/** What the service is asked for. */
export type ServiceOrder =
  /** How its loop keeps time for so many milliseconds in which it has nothing to do. */
  | { readonly as: 'idle'; readonly ms: number }
  /** What it uses now, and how its loop kept time since it was asked last. */
  | { readonly as: 'sample' }
  /** How its loop keeps time from now on, until it is `heard`. */
  | { readonly as: 'listen' }
  | { readonly as: 'heard' }
  /** Its books: per hop what became of entries. */
  | { readonly as: 'counts' }

/** The state of the service at one moment. Sizes are bytes, times milliseconds. */
export interface ServiceSample {
  readonly rss: number
  readonly heap: number
  readonly pending: number
  readonly inFlight: number
  readonly wal: number
  readonly file: number
  /** Of the event loop since the last sample: the 99th percentile and the longest. */
  readonly loopP99: number
  readonly loopMax: number
  /** Processor time of all threads since the last sample. */
  readonly cpuMs: number
}

/** A webhook's body, cut where the uid of its message goes. */
export interface Template {
  readonly kind: Kind
  /** Below the service's origin. */
  readonly path: string
  readonly pieces: readonly string[]
}

/** What the sender is asked for; it answers when it has done it. Rates are messages a second. */
export type SenderOrder =
  | {
      readonly as: 'aim'
      readonly origin: string
      readonly secret: string
      readonly templates: readonly Template[]
    }
  /** To keep so many messages under way, from sending to the last delivery. */
  | { readonly as: 'closed'; readonly outstanding: number; readonly connections: number; readonly ms: number }
  /** To send at a rate, whatever comes back. */
  | { readonly as: 'open'; readonly perSecond: number; readonly connections: number; readonly ms: number }
  /** Answered at once: so many more messages have been delivered everywhere. */
  | { readonly as: 'delivered'; readonly messages: number }

/** What the place where files and their copies live is asked for. */
export interface DamOrder {
  readonly as: 'templates'
}

import type { Wire } from './wire.js'

/** How a request is put on the wire. */
export interface Sending {
  /** Headers made anew each time. */
  readonly fresh?: NonNullable<Wire['fresh']>
  /** `false`: it is the second sending of a call, so that there is no quick retry of it. */
  readonly quick: boolean
}

/** The usual sending: nothing is made anew, and a blip may be mended. */
export const ONCE: Sending = Object.freeze({ quick: true })

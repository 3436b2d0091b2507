import type { Fn } from '../run/line.js'

/** Goes on with the reply of a target instead of the body. */
export const reply: Fn = (_body, r) => r

import type { Destination } from '../destination/destination.js'
import type { Context } from '../step/step.js'

/**
 * Decides, while flows run for the look of it, what may take effect. What is held keeps its message where it is, for good: no
 * route is asked, and nothing follows.
 */
export interface Rehearsal {
  /** Whether a step may call a remote now. */
  mayEnter(destination: Destination, ctx: Context): boolean
  /** What an effect of `ctx.once` is said to have given; `run`: it is run; `undefined`: its message is held. */
  once(name: string, ctx: Context): { readonly value: unknown } | 'run' | undefined
}

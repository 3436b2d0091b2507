import type { Destination } from '../destination/destination.js'
import type { Codec } from '../flow/flow.js'
import type { RouteFor } from '../route/route.js'
import type { Fn, Line, Program } from '../run/line.js'
import type { Case } from '../run/memory.js'

/** Where a message goes after a cut: what the commit before it emits. Structures without user code are folded in. */
export type Next =
  | { readonly as: 'done' }
  | { readonly as: 'hop'; readonly hop: string; readonly codec: Codec<unknown, unknown> | undefined }
  | { readonly as: 'delay'; readonly ms: number; readonly next: Next }
  | { readonly as: 'fanOut'; readonly branches: readonly Next[]; readonly after: Next }

/** How a hop ends: with a commit that emits, or by running a structure's functions first. */
export type End =
  | { readonly as: 'next'; readonly next: Next }
  | { readonly as: 'choose'; readonly line: Line; readonly cases: readonly Case<Next>[] }
  | {
      readonly as: 'split'
      readonly line: Line
      readonly path: string
      readonly each: Fn
      readonly item: Next
    }

/** The stretch between two durable points: reads and pure steps, then at most one effect. The unit of retry. */
export interface Hop {
  readonly flow: string
  /** Named after what ends it, under the path of its branch. */
  readonly name: string
  readonly program: Program
  /** The line of its effect. */
  readonly effect: Line | undefined
  /** Every remote it calls, the effect's last. Not claimed while one of them is parked. */
  readonly destinations: readonly Destination[]
  /** Decodes the stored body, when it was stored encoded. */
  readonly codec: Codec<unknown, unknown> | undefined
  readonly end: End
  /** Whether it starts with the raw input. */
  readonly raw: boolean
  /** Paths of the splits it is inside of. */
  readonly splits: readonly string[]
}

/** What becomes of a failure that the hop itself did not recover; the first of its tag counts. */
export type Handler =
  | { readonly as: 'route'; readonly tag: string; readonly route: RouteFor<never> }
  | { readonly as: 'recover'; readonly tag: string; readonly line: Line; readonly next: Next }

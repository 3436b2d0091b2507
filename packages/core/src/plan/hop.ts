import type { Destination } from '../destination/destination.js'
import type { Codec } from '../flow/flow.js'
import type { NodeDefinition, NodeEntrance } from '../flow/node.js'
import type { SplitSettings } from '../flow/split-settings.js'
import type { Settle } from '../ports/journal.js'
import type { RouteFor } from '../route/route.js'
import type { Fn, Line, Program } from '../run/line.js'
import type { Case } from '../run/memory.js'

/** Where a message goes after a cut: what the commit before it emits. Structures without user code are folded in. */
export type Next =
  /** `outcome`: asked what became of an item of a batch run, by its last body. */
  | { readonly as: 'done'; readonly outcome?: Fn }
  /** The end of a branch whose reply is joined. `caught`: a reply says whether it is a body or a failure. */
  | { readonly as: 'answer'; readonly caught: boolean }
  | { readonly as: 'hop'; readonly hop: string; readonly codec: Codec<unknown, unknown> | undefined }
  | { readonly as: 'delay'; readonly ms: number; readonly next: Next }
  | { readonly as: 'fanOut'; readonly branches: readonly Next[]; readonly after: Next }
  | {
      readonly as: 'gather'
      readonly branches: readonly { readonly name: string; readonly next: Next }[]
      readonly settle: Settle
      /** The hop that the joined message goes on with. */
      readonly join: string
    }

/** How a hop ends: with a commit that emits, or by running a structure's functions first. */
export type End =
  | { readonly as: 'next'; readonly next: Next }
  | { readonly as: 'choose'; readonly line: Line; readonly cases: readonly Case<Next>[] }
  | {
      readonly as: 'split'
      readonly line: Line
      readonly path: string
      readonly each: Fn
      readonly settings: SplitSettings
      readonly item: Next
      /** The hop that watches over a batch run. */
      readonly watch: string | undefined
      /** Joins the items' replies. */
      readonly join?: { readonly hop: string; readonly settle: Settle }
      /** Where the message itself goes on, once its items are emitted. */
      readonly after: Next
    }
  /** Watches over the items of a batch run, and reports when all have come to an end. */
  | {
      readonly as: 'run'
      readonly line: Line
      /** Of the split. */
      readonly path: string
      /** A dead item holds those behind it. */
      readonly stop: boolean
      /** Whether items are asked what became of them. */
      readonly tallied: boolean
      readonly report: Next | undefined
    }
  | {
      readonly as: 'node'
      readonly line: Line
      readonly path: string
      readonly node: NodeDefinition
      /** What runs here: the node's `enter`, or one of its entrances. */
      readonly enter: NodeEntrance
      /** Where its emissions go, by name: entrances, branches, `next`. */
      readonly outs: Readonly<Record<string, Next>>
      /** Branches that its entrances run in their own attempts. */
      readonly inline: Readonly<Record<string, Program>>
    }

/** How the replies of branches become one body. */
export interface Joining {
  readonly settle: Settle
  /** Replies by index instead of by name. */
  readonly each: boolean
  /** Branches that may end without a reply: those that filter. */
  readonly optional: ReadonlySet<string> | 'every'
  /** Branches by the names that they had: joins of older builds expect those. */
  readonly renamed?: ReadonlyMap<string, string>
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
  /** Where its entries are joins: how they begin. */
  readonly joining: Joining | undefined
  readonly end: End
  /** Whether it starts with the raw input. */
  readonly raw: boolean
  /** Paths of the splits it is inside of. */
  readonly splits: readonly string[]
  /** A dead letter of it holds what is behind it: items of a split that stops. */
  readonly holds?: boolean
}

/** What becomes of a failure that the hop itself did not recover; the first of its tag counts. */
export type Handler =
  | { readonly as: 'route'; readonly tag: string; readonly route: RouteFor<never> }
  | { readonly as: 'recover'; readonly tag: string; readonly line: Line; readonly next: Next }
  /** Whatever a branch fails with in the end is its reply. */
  | { readonly as: 'catch'; readonly tag: undefined; readonly route: RouteFor<never> }
  /** The route of a node's branch, which decides alone. */
  | { readonly as: 'ends'; readonly tag: undefined; readonly route: RouteFor<never> }

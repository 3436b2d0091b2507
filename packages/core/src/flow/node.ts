import type { Tagged } from '../failure/failure.js'
import type { Json } from '../message/json.js'
import type { Done, Reply, Settle, StateMove, Stored } from '../ports/journal.js'
import type { May, Result } from '../result/result.js'
import type { Deployable } from '../route/deployable.js'
import type { RouteFor } from '../route/route.js'
import type { Context, Takes } from '../step/step.js'
import type { AnyStep } from './op.js'

declare const gives: unique symbol

/**
 * A part of a flow that ends a hop and says itself what its commit writes: what stateful patterns are made of. Given to
 * `.through(…)`. `B`: the body it goes on with; `E`: its failures; `X`: other ends of a call.
 */
export interface FlowNode<in A, out B, out E extends Tagged = never, out X = never> {
  /** In types only, never set. */
  readonly takes?: Takes<A> | undefined
  /** In types only, never set. */
  readonly [gives]?: readonly [B, E, X]
  readonly name: string
  readonly node: NodeDefinition
}

/** What runs when an entry of a node is claimed. A left is routed as any failure; a throw is `StepFailed`. */
// oxlint-disable-next-line typescript/no-explicit-any
export type NodeEntrance = (body: any, ctx: NodeContext) => May<Result<Tagged, Decision>>

/** A branch of a node: a step, or a sub-flow. */
// oxlint-disable-next-line typescript/no-explicit-any
export type NodeBranch = AnyStep | ((start: any) => unknown)

/** How a node works: data and functions, untyped inside. */
export interface NodeDefinition {
  /** Runs at the end of the hop that is called after the node. */
  readonly enter: NodeEntrance
  /** Further hops of the node, `<name>/<entrance>`: for entries that it emits to itself. */
  readonly entrances?: Readonly<Record<string, NodeEntrance>>
  /** What it may send bodies to; hops `<name>/<branch>/…`. */
  readonly branches?: Readonly<Record<string, NodeBranch>>
  /**
   * Where set, branches do not fail: what their retries do not mend is their reply (`caught` tells them apart). The route
   * says how failures are retried; what it says after that is not asked.
   */
  readonly catches?: RouteFor<never>
  /** The flows that it diverts to: they must be deployed beside it. */
  readonly divertsTo?: readonly Deployable[]
  /** It may let what follows wait: `next` with a time. */
  readonly delays?: true
  /** The longest that a message waits in it, beyond the retries of its branches: milliseconds. For `worstCase`. */
  readonly waits?: number
  /** In memory: what a call gets. `send` runs a branch. */
  call(body: unknown, ctx: Context, send: SendTo): May<Result<unknown, unknown>>
}

/** Runs a branch in memory, under a key of its own. */
export type SendTo = (
  branch: string,
  body: unknown,
  key?: string,
) => May<Result<Tagged | { readonly _tag: 'Filtered' }, unknown>>

/** What a node knows beside the body. */
export interface NodeContext extends Context {
  /** `flow/path`: begins the names of the node's state. */
  readonly place: string
  /** Epoch milliseconds of this attempt. */
  readonly now: number
  /** Of an entrance that joined branches: what came, by name. */
  readonly replies: Readonly<Record<string, Reply>> | undefined
  /** The names that it waited for, in their order; empty anywhere else. */
  readonly expected: readonly string[]
  /** State by name, as of now, absent names left out. A decision's moves expect what was read here. */
  state(names: readonly string[]): May<Readonly<Record<string, Stored>>>
}

/** What a node decides: one commit. Where a state move conflicts nothing is written, and the entry runs again at once. */
export interface Decision {
  /** Why its entry is done. Default `delivered`; left out with `again`. */
  readonly done?: Done
  /** The entry stays, and comes again at this time (epoch milliseconds), or when it is woken; spends nothing. */
  readonly again?: number
  readonly emit?: readonly Emission[]
  readonly state?: readonly StateMove[]
  /** Entries of this journal, by id, that wait for their time: it has come. */
  readonly wake?: readonly string[]
  /** A new message in another flow, caused by this one; counted as diverted unless `done` says otherwise. */
  readonly divert?: { readonly to: Deployable; readonly body: unknown }
}

/** A body on its way. It inherits key, version and deadline of the entry, unless it says otherwise. */
export interface Emission {
  /** An entrance or branch of the node, or `next`: what follows it. */
  readonly to: string
  readonly body: unknown
  /** Epoch milliseconds before which it is not claimed. */
  readonly at?: number
  /** Another key; `null` for none. */
  readonly key?: string | null
  /** A message of its own kind: without the version and the deadline of the entry. */
  readonly fresh?: true
  /** Tells entries of one entrance and message apart; part of the id. */
  readonly suffix?: string
  /** Waits for the replies of branches that are emitted beside it, to an entrance. */
  readonly join?: { readonly expect: readonly string[]; readonly settle: Settle }
  /** Its reply goes to the join emitted beside it, under this name. A branch without one is not waited for. */
  readonly as?: string
  /** It is not how the message goes on: what the message answers, it does not. For timers beside it. */
  readonly aside?: true
}

/** A reply of a branch under `catches`. */
export type Caught = { readonly v: Json } | { readonly e: Json }

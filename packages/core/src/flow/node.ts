import type { Tagged } from '../failure/failure.js'
import type { Json } from '../message/json.js'
import type { Done, NewEntry, Reply, Settle, StateMove, Stored } from '../ports/journal.js'
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

/**
 * What runs when an entry of a node is claimed. A left is routed as any failure; a throw is `StepFailed`. A promise of
 * `undefined`: the state that it asked for is in memory now; it is called again, and decides without waiting, so that no
 * other entry of this process decides by the same state meanwhile.
 */
// oxlint-disable-next-line typescript/no-explicit-any
export type NodeEntrance = (body: any, ctx: NodeContext) => May<Result<Tagged, Decision>> | Promise<undefined>

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
  /** By branch, where `catches` does not say it: the route of whatever it fails with. No other route is asked. */
  readonly ends?: Readonly<Record<string, BranchEnd>>
  /** Branches that are no hops: an entrance runs them in its own attempt, by `ctx.run`. Steps without cuts, one effect. */
  readonly inline?: readonly string[]
  /** The entrance whose waiting entries are woken when the runtime stops, before it drains; they see `ctx.stopping`. */
  readonly atStop?: string
  /** The flows that it diverts to: they must be deployed beside it. */
  readonly divertsTo?: readonly Deployable[]
  /** It may let what follows wait: `next` with a time. */
  readonly delays?: true
  /** The longest that a message waits in it, beyond the retries of its branches: milliseconds. For `worstCase`. */
  readonly waits?: number
  /** In memory: what a call gets. `send` runs a branch. */
  call(body: unknown, ctx: Context, send: SendTo): May<Result<unknown, unknown>>
}

/** How a branch of a node ends that fails. `caught`: its failure is its reply in the end, as under `catches`. */
export interface BranchEnd {
  readonly route: RouteFor<never>
  readonly caught: boolean
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
  /** The same as the journal has it now, without what is on its way: for rows written by `put`. */
  load(names: readonly string[]): Promise<Readonly<Record<string, Stored>>>
  /**
   * Runs a branch of `inline` here and now; `key` is the idempotency key that its steps see. What is on the left without being
   * a failure of the branch (a parked destination) is handed on as it is.
   */
  run(branch: string, body: unknown, key: string, doubt?: Doubt): May<Result<Tagged, unknown>>
  /** What this entry hands down. */
  readonly inherits: Inherited
  /** The id that an emission of this entry to an entrance gets. */
  idOf(entrance: string, suffix?: string): string
  /** Entries that wait at an entrance of this node, of all messages. */
  waiting(entrance: string): Promise<readonly Waiting[]>
  /** The runtime of this process is stopping: see `atStop`. */
  readonly stopping: boolean
}

/**
 * An unsafe effect may have been made before, by this entry or by another. `must`: its target is asked, and where it cannot say
 * the outcome stays unknown. `ask`: it is asked where it can be.
 */
export type Doubt = 'must' | 'ask'

/** What an entry hands down to what it emits: kept in a body where a node's own entries are without it. */
export interface Inherited {
  readonly key?: string
  readonly latest?: NewEntry['latest']
  /** Epoch milliseconds. */
  readonly deadline?: number
}

/** An entry that waits at an entrance. */
export interface Waiting {
  readonly id: string
  readonly body: unknown
}

/** What a node decides: one commit. Where a state move conflicts nothing is written, and the entry runs again at once. */
export interface Decision {
  /** Why its entry is done. Default `delivered`; left out with `again`. */
  readonly done?: Done
  /** The entry stays, and comes again at this time (epoch milliseconds), or when it is woken; spends nothing. */
  readonly again?: number
  /** The entry fails, routed as by a left, but in one commit with the rest of the decision; `done` and `again` do not count. */
  readonly fails?: Tagged
  readonly emit?: readonly Emission[]
  readonly state?: readonly StateMove[]
  /** Further moves, which are not remembered in memory: of rows that are many or large, and read by `load`. */
  readonly put?: readonly StateMove[]
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
  /** Handed down instead of what the entry hands down. */
  readonly inherits?: Inherited
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

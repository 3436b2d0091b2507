import type { Source } from '../source/source.js'
import type { Step } from '../step/step.js'
import type { Tagged } from '../failure/failure.js'
import type { RouteFor } from '../route/route.js'
import type { Environment } from '../step/context.js'
import type { EventEmitter } from 'eventemitter3'
import type { CallEvents } from './events.js'
import type { AcceptOptions } from './accept.js'
import type { Settle } from '../ports/journal.js'
import type { Codec } from './flow.js'
import type { NodeDefinition } from './node.js'
import type { Line, Fn } from '../run/line.js'
import type { SplitSettings } from './split-settings.js'

export type AnyStep = Step<never, unknown, Tagged>

/** One line of a flow's description: data and the user's function. `line` is what runs it in memory, if anything. */
export type Op = { readonly name: string; readonly line: Line | undefined } & (
  | { readonly op: 'plain' }
  | { readonly op: 'step'; readonly step: AnyStep }
  | { readonly op: 'recover'; readonly tag: string; readonly f: Fn }
  | { readonly op: 'on'; readonly tag: string; readonly route: RouteFor<never> }
  | { readonly op: 'durable'; readonly codec: Codec<unknown, unknown> | undefined }
  | { readonly op: 'delay'; readonly ms: number }
  | { readonly op: 'choose'; readonly cases: readonly CaseOp[] }
  | { readonly op: 'fanOut'; readonly branches: readonly BranchOp[] }
  | {
      readonly op: 'gather'
      readonly branches: readonly BranchOp[]
      readonly settle: Settle
      readonly path: string
    }
  | { readonly op: 'node'; readonly node: NodeDefinition; readonly branches: readonly BranchOp[] }
  | {
      readonly op: 'split'
      readonly each: Fn
      readonly item: BranchOp
      readonly settings: SplitSettings
      /** Gets the report of a batch run. */
      readonly report: BranchOp | undefined
      /** Joins the items' replies; left out, the flow ends here. */
      readonly settle: Settle | undefined
    }
)

/** A branch of a structure. `plain`: a step given as it is, whose hop takes the branch's name. */
export interface BranchOp {
  readonly name: string
  readonly plain: boolean
  readonly ops: readonly Op[]
}

export interface CaseOp extends BranchOp {
  readonly test: Fn | undefined
}

/** Everything about a flow that the planner and a call read. */
export interface Definition {
  readonly name: string
  readonly version: number
  /** Old hop names to new ones. */
  readonly renamed: Readonly<Record<string, string>>
  /** From a body stored by version n to one of version n + 1. */
  readonly upcast: Readonly<Record<number, (body: unknown, hop: string) => unknown>>
  readonly source: Source<unknown, never> | undefined
  readonly accept: AcceptOptions<unknown>
  readonly ops: readonly Op[]
  /** Routes of what no `on` routes; absent while the flow is open. */
  readonly rest:
    | { readonly byTag: Readonly<Record<string, RouteFor<never>>> }
    | { readonly all: RouteFor<never> }
    | undefined
  readonly env: Environment
  readonly events: EventEmitter<CallEvents> | undefined
}

import type { Item } from '../step/item.js'
import type { Context, Step, Target } from '../step/step.js'
import type { Tagged } from '../failure/failure.js'
import type { Result } from '../result/result.js'

/** What a line does with what its function gives. RECOVER and ON are skipped on the way down. */
export const MAP = 0
export const FILTER = 1
export const STEP = 2
export const TO = 3
export const DECODE = 4
export const TAP = 5
export const RECOVER = 6
export const ON = 7

export type Code =
  | typeof MAP
  | typeof FILTER
  | typeof STEP
  | typeof TO
  | typeof DECODE
  | typeof TAP
  | typeof RECOVER
  | typeof ON

/** A user's function as the loop sees it: typed by the builder, not here. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Fn = (value: any, ctx: any) => any

/** What the loop knows of a run beside the value: where it failed, and which target is being called. */
export interface RunContext extends Context {
  /** The line whose failure ended the run. */
  failed: Line | undefined
  /** The failure that ended it met an `on` of its tag: no `recover` further down is asked. */
  routed?: true
  /** The name of the target being called. */
  at: string
  /** Told when a run that turned asynchronous ends. */
  readonly ended: ((result: Result<unknown, unknown>) => void) | undefined
  /** Called before an unsafe effect: durable when it resolves. Gives what to go on with instead, if anything. */
  sending(
    target: Target<unknown, unknown, Tagged>,
    body: unknown,
  ): Promise<Result<unknown, unknown> | undefined> | undefined
  /** The context of a branch that runs beside others: a key and a place of failure of its own. `item`: of a split. */
  fork(branch: string, body: unknown, item?: Item): RunContext
}

/** One line of a program. One shape for every kind of step, so that the loop stays fast. */
export class Line {
  readonly code: Code
  readonly name: string
  readonly fn: Fn
  /** What `fn` is a method of, if of anything. */
  readonly self: object | undefined
  readonly into: Fn | undefined
  readonly tag: string | undefined
  readonly step: Step<never, unknown, Tagged> | undefined

  constructor(
    code: Code,
    name: string,
    fn: Fn,
    more?: { self?: object; into?: Fn | undefined; tag?: string; step?: Step<never, unknown, Tagged> },
  ) {
    this.code = code
    this.name = name
    this.fn = fn
    this.self = more?.self
    this.into = more?.into
    this.tag = more?.tag
    this.step = more?.step
  }
}

/** What the loop runs. */
export interface Program {
  readonly n: number
  readonly lines: readonly Line[]
  /** Whether any line handles failures. */
  readonly handles: boolean
  /** Whether it runs inside another. */
  readonly nested: boolean
}

export const program = (lines: readonly Line[], nested = false): Program => ({
  n: lines.length,
  lines,
  nested,
  handles: lines.some((l) => l.code === RECOVER || l.code === ON),
})

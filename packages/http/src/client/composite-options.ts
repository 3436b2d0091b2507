import type {
  Context,
  Duration,
  Effect,
  Json,
  May,
  Reconciled,
  Result,
  RightOf,
  Setting,
  Tagged,
} from '@xconnector/core'

/** What declares a target made of several calls. */
export interface CompositeOptions<A, R extends Result<Tagged, unknown>, F extends Exclude<Effect, 'none'>> {
  /** The name of the target: of its hop, in failures and events. */
  readonly name: string
  /** Of the whole: what holds when it is run again from the start. */
  readonly effect: F
  /**
   * Makes the calls, by `someTarget.call(input, ctx)`; each takes its own slot. May be run again after any of them, in
   * another process too. What a call has on its left is returned as it is.
   */
  run(input: A, ctx: Context): May<R>
  /** What it reads from the configuration: that of the calls it makes. */
  readonly settings?: readonly Setting<unknown>[]
  /** For a dry run: what would be done, without secrets. */
  preview?(input: A, ctx: Context): May<Json>
  /** Asked after an ambiguous outcome of an unsafe effect. */
  reconcile?(input: A, ctx: Context): Promise<Reconciled<RightOf<R>>>
  /** How long a plain call of it may take altogether. In a flow it has the message's deadline only. Default `'1h'`. */
  readonly timeout?: Duration
}

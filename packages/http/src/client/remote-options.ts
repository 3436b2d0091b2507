import type { AnyDecoder, Context, Decoded, Effect, Reconciled, Tagged } from '@xconnector/core'
import type { Answered, Whole } from './answered.js'
import type { Integers } from '../json/integers.js'
import type { Body } from './body.js'
import type { HeaderValue } from './options.js'
import type { QueryValues } from './query-string.js'

/** What a response option may be. */
export type ResponseOption = AnyDecoder | Whole<AnyDecoder | undefined> | undefined

/** What a response option makes of an answer: nothing where it is left out. */
export type ReplyOf<R extends ResponseOption> =
  R extends Whole<infer D> ? Answered<ReplyOf<D>> : R extends AnyDecoder ? Decoded<R> : void

/** What declares a call, be it a target or a query. */
export interface RemoteOptions<P extends string, A, R extends ResponseOption, E extends Tagged = never> {
  /** The name of the target or query: of its hop, in failures and events. */
  readonly name: string
  /**
   * Below the base URL; empty: the base URL itself. `:names` are filled from the input's fields, and encoded; a function gives
   * an encoded path.
   */
  readonly path: P | ((input: A) => string)
  /** How the input becomes the JSON that is sent, or the bytes; gives the input's type. Left out: no body is sent. */
  readonly body?: Body<A, E>
  /**
   * What is expected of the answer: an io-ts codec or a Standard Schema; `whole(decoder)` gives status and headers too.
   * Left out: any 2xx will do, and gives nothing.
   */
  readonly response?: R
  readonly query?: QueryValues | ((input: A) => QueryValues)
  /** What becomes of integers past 2^53 - 1, either way. Default: as the client says. */
  readonly integers?: Integers
  readonly headers?:
    | Readonly<Record<string, HeaderValue>>
    | ((input: A, ctx: Context) => Readonly<Record<string, string>>)
}

/** What declares a target. */
export interface TargetOptions<
  P extends string,
  A,
  R extends ResponseOption,
  F extends Exclude<Effect, 'none'>,
  E extends Tagged = never,
> extends RemoteOptions<P, A, R, E> {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | (string & {})
  /**
   * `idempotent`: a repeat is harmless. `keyed`: sent with an `Idempotency-Key`, by which the remote knows a repeat.
   * `unsafe`: neither; an outcome that stays unknown is `OutcomeUnknown`.
   */
  readonly effect: F
  /**
   * What is sent as `Idempotency-Key` by a keyed target. Default: the context's key. For a call that is one of several
   * in one step: `(_, ctx) => `${ctx.key}/record``.
   */
  readonly key?: (input: A, ctx: Context) => string
  /** Asked after an ambiguous outcome of an unsafe effect: did it take effect? */
  readonly reconcile?: (input: A, ctx: Context) => Promise<Reconciled<ReplyOf<R>>>
}

/** What declares a query. */
export interface QueryOptions<P extends string, A, R extends ResponseOption> extends RemoteOptions<P, A, R> {
  /** Default `'GET'`. `'POST'` for searches that send a body. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | (string & {})
}

import type { AnyDecoder, Clock, Duration, Logger } from '@xconnector/core'
import type { IdempotencyOptions } from '../idempotency/idempotency-options.js'
import type { Authorize, AuthorizeBy } from './authorize.js'
import type { CallableFlow } from './callable-flow.js'
import type { CorsOptions } from './cors.js'
import type { RequestOf } from './endpoint-request.js'
import type { Ending, FailureOptions } from './failure-answers.js'
import type { Fitting, ResponseCodec } from './response.js'
import type { Statuses } from './statuses.js'

/** Methods that an endpoint may have. A `GET` answers `HEAD` too. */
export type EndpointMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'QUERY'

/** What an answer says beside its body. */
export interface ReplyHead {
  /** 200 to 299, or 300 to 399 with a `location`. Default 200; 204 for a body that is `undefined`. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** How answers to a `GET` may be stored by caches. */
export interface CachingOptions {
  /** The `Cache-Control` of an answer of 200 (RFC 9111, 5.2.2), such as `'private, max-age=60'`. */
  readonly control: string
  /** A weak `ETag`, made of the answer's bytes, and 304 for who has it already. Default true. */
  readonly etag?: boolean
}

/** What the compiler checks together, apart from the options that stand alone. */
export interface CommonOptions<P extends string, PD, QD, HD, BD, C, In, Out, L extends Ending> {
  readonly method: EndpointMethod
  /** Below the ingress's base path. A segment `:name` is a parameter. */
  readonly path: P
  /** In the log, and the challenge of a 401. Default: method and path. */
  readonly name?: string
  /** Decodes the path's parameters, which come as texts. */
  readonly params?: PD
  /** Decodes the query: texts, and lists of texts where a name came more than once. */
  readonly query?: QD
  /**
   * Decodes the headers, by their names in lower case: texts, and lists of texts where one came more than once. `authorization`,
   * `proxy-authorization` and `cookie` are not among them: they are for `authorize`.
   */
  readonly headers?: HD
  /** Decodes the JSON of the body. Left out: a request with a body is answered with 415. */
  readonly body?: BD
  /** Who may call. */
  readonly authorize: Authorize<C>
  /** What is called: an open flow, or a query or target of a client. */
  readonly flow: CallableFlow<In, Out, L>
  /** Makes the flow's body of the request. Left out: the request is the body. */
  readonly input?: (request: RequestOf<P, PD, QD, HD, BD, C>) => NoInfer<In>
  /** What an answer says beside its body: another status, headers such as `location`. */
  readonly reply?: (body: NoInfer<Out>, request: RequestOf<P, PD, QD, HD, BD, C>) => ReplyHead
  /** Other media types than JSON, by name, in which the body can be had (`Accept`). JSON comes first where all are alike. */
  readonly formats?: Readonly<Record<string, (body: NoInfer<Out>) => string | Uint8Array>>
  /** Of a `GET`. Left out, and for every other answer: `no-store`. */
  readonly cache?: CachingOptions
  /** Honours the `Idempotency-Key` of callers. Not for `GET` and `QUERY`. */
  readonly idempotency?: IdempotencyOptions<RequestOf<P, PD, QD, HD, BD, C>>
  /** Pages of other origins that may call it. Left out: none, and `OPTIONS` is answered with 405. */
  readonly cors?: CorsOptions
  /** In which it must have answered; 504 after that, and `ctx.signal` aborts. Default `'30s'`. */
  readonly timeout?: Duration
  /** The most calls at a time; more are answered with 503, not queued. Default 256. */
  readonly concurrency?: number
  /** The most bytes of a body. Default: the ingress's. */
  readonly maxBytes?: number
  /** Default: the ingress's, else the machine's. */
  readonly clock?: Clock
  /** Default: the ingress's, else warnings to stderr as JSON lines. */
  readonly log?: Logger
}

/** Whether `input` must be given: where the flow does not begin with the request. */
// The type of who calls stands in none of these conditions: one that has it settles it before `authorize` is looked at.
export type InputNeeded<P extends string, PD, QD, HD, BD, In> = [
  RequestOf<P, PD, QD, HD, BD, never>,
] extends [In]
  ? unknown
  : {
      /** Makes the flow's body of the request: this flow does not begin with it. */
      readonly input: unknown
    }

/** Who calls must be what the flow takes as `caller`. */
export type CallerTaken<In> = In extends { readonly caller: infer I }
  ? { readonly authorize: undefined extends I ? Authorize<I> : AuthorizeBy<I> }
  : unknown

/** Options of an endpoint. */
export type EndpointOptions<
  P extends string,
  PD extends AnyDecoder | undefined,
  QD extends AnyDecoder | undefined,
  HD extends AnyDecoder | undefined,
  BD extends AnyDecoder | undefined,
  C,
  In,
  Out,
  L extends Ending,
  R extends ResponseCodec | undefined,
  Rest extends Statuses | undefined,
> = CommonOptions<P, PD, QD, HD, BD, C, In, Out, L> &
  InputNeeded<P, PD, QD, HD, BD, NoInfer<In>> &
  CallerTaken<NoInfer<In>> &
  FailureOptions<L, Rest> & {
    /** How the flow's body becomes JSON. Left out: it is sent as it is. */
    readonly response?: (R & Fitting<NoInfer<R>, NoInfer<Out>>) | ((body: NoInfer<Out>) => unknown)
    /** What failures are answered with that `failures` does not name. */
    readonly otherwise?: Rest
  }

/** A declared endpoint. */
export interface Endpoint {
  readonly name: string
  readonly method: EndpointMethod
  /** With the ingress's base path. */
  readonly path: string
}

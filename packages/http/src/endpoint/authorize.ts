import type { May } from '@xconnector/core'
import type { Params } from '../ingress/head.js'
import type { Doubt, SignedRequest, Verifier } from '../verify/verifier.js'

/** A request as `authorize` sees it: nothing of it has been decoded yet. */
export interface UnauthorizedRequest extends SignedRequest {
  /** What stands behind the `?`, as it came. */
  readonly query: string
  /** The path's parameters, percent-decoded. */
  readonly params: Params
  /** Aborts when the caller leaves, or the endpoint's time is up. */
  readonly signal: AbortSignal
}

/** What `authorize` found. */
export type Admission<C> =
  | {
      readonly ok: true
      /** Who calls: what the flow, and the scope of idempotency keys, need to know. Never a credential. */
      readonly caller: C
    }
  | {
      readonly ok: false
      /** Logged, and never told. `forbidden` is answered with 403, all others with 401. */
      readonly reason: Doubt
      /** Of a 401: the `WWW-Authenticate` (RFC 9110, 11.6.1). Default: the endpoint's name. A verifier's is its own. */
      readonly challenge?: string
    }

/** A function that says who calls, or that they may not. */
export type AuthorizeBy<C> = (request: UnauthorizedRequest) => May<Admission<C>>

/**
 * Who may call an endpoint: a verifier, such as `sharedToken`, or a function. A failure of kind `transient` that is thrown
 * is answered with 503, any other throw with 500. `anyone({ because })` lets everybody in.
 */
export type Authorize<C> = Verifier | AuthorizeBy<C>

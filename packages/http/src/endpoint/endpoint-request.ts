import type { AnyDecoder, Decoded } from '@xconnector/core'
import type { PathNames } from '../client/path.js'
import type { QueryParts } from './query-values.js'

/** What a flow gets that is called by an endpoint, and what `input` makes its body of. Everything in it is decoded. */
export interface EndpointRequest<P = unknown, Q = unknown, H = unknown, B = unknown, C = unknown> {
  /** Of the path's `:names`. Without a decoder: texts. */
  readonly params: P
  /** Without a decoder: texts, and lists of texts where a name came more than once. */
  readonly query: Q
  /** Without a decoder: `undefined`. */
  readonly headers: H
  /** Without a decoder: `undefined`. */
  readonly body: B
  /** What `authorize` found out about who calls; `undefined` where a verifier did it. */
  readonly caller: C
}

/** The parameters of a path, as they come. */
export type PathParams<P extends string> = { readonly [N in PathNames<P>]: string }

/** What a decoder gives, or else what there is without one. */
export type DecodedOr<D, Otherwise> = [D] extends [AnyDecoder] ? Decoded<D> : Otherwise

/** The request of an endpoint with these decoders. */
export type RequestOf<P extends string, PD, QD, HD, BD, C> = EndpointRequest<
  DecodedOr<PD, PathParams<P>>,
  DecodedOr<QD, QueryParts>,
  DecodedOr<HD, undefined>,
  DecodedOr<BD, undefined>,
  C
>

import type { AnyDecoder, Context, Decoded, Duration, Random } from '@xconnector/core'
import type { JsonBody } from '../client/body.js'
import type { HeaderValue } from '../client/options.js'

/** What declares a conditional update. `A`: its input; `R`: what the resource is; `B`: what is sent. */
export interface UpdateOptions<P extends string, A, R extends AnyDecoder, B> {
  /** The name of the target: of its hop, in failures and events. */
  readonly name: string
  /** Of the resource, below the base URL: it is read and written there. */
  readonly path: P | ((input: A) => string)
  /** `'PUT'` (default): `merge` gives the whole resource. `'PATCH'`: it gives a merge patch (RFC 7396), or what `type` says. */
  readonly method?: 'PUT' | 'PATCH'
  /** What the resource is, as GET gives it: an io-ts codec or a Standard Schema. One that drops fields drops them for good. */
  readonly response: R
  /**
   * What the resource should be: `undefined` where it is that already. Says what should be, not how it should change: it is
   * asked again, of what is there then, after a conflict, a failure, and a crash. What it gives for a resource that it has
   * changed must be equal to that resource, which is how a repeat knows that it is done.
   */
  readonly merge: (current: Decoded<R>, input: A, ctx: Context) => B | undefined
  /** What to create where there is nothing (404). Left out: that is `NotFound`. */
  readonly create?: (input: A, ctx: Context) => B
  /** How what is sent becomes JSON: a codec, a schema or a function. Default: as it is. */
  readonly body?: JsonBody<B>
  /** Media type of what is sent. Default JSON, for PATCH `application/merge-patch+json`. */
  readonly type?: string
  /**
   * Whether the change is there already. Default: what `merge` gives is equal to what is there; with a merge patch, what the
   * patch makes of it. Required for patches of another kind.
   */
  readonly done?: (current: Decoded<R>, input: A, ctx: Context) => boolean
  /** Sent with both calls. */
  readonly headers?: Readonly<Record<string, HeaderValue>>
  /** How often it is read and written when others write in between. Default 5. */
  readonly attempts?: number
  /** How long the whole may take in a plain call. Default `'1m'`. */
  readonly timeout?: Duration
  /** Spreads the waits between attempts. Default: the platform's. */
  readonly random?: Random
}

/** What became of a conditional update. */
export interface Updated {
  /** `unchanged`: it was there already, and nothing was sent. */
  readonly as: 'updated' | 'created' | 'unchanged'
  /** The entity tag of what is there now, where the remote told it. */
  readonly etag?: string
}

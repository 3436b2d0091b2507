// Remotes for the type tests.
import {
  failure,
  type Context,
  type EffectFailure,
  type FileRef,
  type May,
  type Result,
  type Source,
  type Tagged,
  type Target,
} from '../../src/index.js'

export class RateLimited extends failure('RateLimited', 'transient')<{ retryAfter: number }> {}
export class Unavailable extends failure('Unavailable', 'transient')<{ status: number }> {}
export class Rejected extends failure('Rejected', 'permanent')<{ status: number }> {}
export class VersionNotCurrent extends failure('VersionNotCurrent', 'permanent')<{ version: number }> {}

export interface AssetPublished {
  data: { asset: { uid: string; title: string; version: number; tags: string[] } }
}
export interface VipAsset {
  externalId: string
  title: string
}
export const asset: AssetPublished = { data: { asset: { uid: 'a', title: 't', version: 1, tags: [] } } }

/** The shape of `client.target(…)` of the HTTP package. */
export interface Client {
  target<A, B, const F extends 'idempotent' | 'keyed' | 'unsafe'>(o: {
    name: string
    body: (a: A) => unknown
    response: (u: unknown) => B
    effect: F
  }): Target<A, B, RateLimited | Unavailable | Rejected | EffectFailure<F>>
}
export declare const http: Client
export declare const vipPut: Target<VipAsset, { id: string }, RateLimited | Unavailable | VersionNotCurrent>
export const sitePost: Target<
  { title: string },
  { n: number },
  RateLimited | Unavailable | Rejected | EffectFailure<'unsafe'>
> = http.target({
  name: 'post',
  body: (a: { title: string }) => a,
  response: () => ({ n: 1 }),
  effect: 'unsafe',
})
export const post: Target<{ title: string }, { n: number }, RateLimited | Unavailable | Rejected> =
  http.target({
    name: 'post',
    body: (a: { title: string }) => a,
    response: () => ({ n: 1 }),
    effect: 'keyed',
  })
/** The shape of what `client.target(…)` of the HTTP package gives: a target that can also be called by itself. */
export interface Callable<A, B, E extends Tagged> extends Target<A, B, E> {
  call(input: A): Promise<Result<E, B>>
  run(input: A, options?: { readonly enter?: never }): Promise<B>
  run(input: A, ctx: Context): May<Result<E, B>>
}
export declare const pager: Target<{ flow: string }, void, never>

export interface Image {
  type: 'image'
  uid: string
  file: FileRef
}
export interface Video {
  type: 'video'
  uid: string
  seconds: number
}
export interface Doc {
  type: 'doc'
  uid: string
  pages: { n: number; text: string }[]
}
export declare const assets: Source<Image | Video | Doc>
export declare const upload: Target<{ id: string; file: FileRef }, { url: string }, RateLimited | Unavailable>
export declare const encode: Target<{ id: string; seconds: number }, { job: string }, Rejected>
export declare const page: Target<{ n: number; text: string }, { id: number }, Unavailable>
export declare const putImage: Callable<Image, void, never>

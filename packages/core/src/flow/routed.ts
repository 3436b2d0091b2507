import type { Failure, Tagged } from '../failure/failure.js'
import type { RouteFor } from '../route/route.js'

/** The failures of a tag. */
export type Of<E, T> = Extract<E, { readonly _tag: T }>

/** The failures but those of a tag. */
export type Less<E, T> = Exclude<E, { readonly _tag: T }>

/** One route per tag, no more, no fewer. */
export type Routes<E extends Tagged> = { readonly [T in E['_tag']]: RouteFor<Of<E, T>> }

/** The routes of a flow that cannot fail. */
export interface NoRoutes {
  readonly [tag: string]: never
}

/** Stands for `true` until every failure has a route; names the tags that have none. */
export interface Unrouted<Tags> {
  readonly 'close it with onError or otherwise': Tags
}

/** What a user function gives that is a body. */
export type Body<R> = Exclude<R, Failure<string>>

/** What a user function gives that is a failure. */
export type Failing<R> = Extract<R, Failure<string>>

import type { May } from '@xconnector/core'
import { declared, type Declared, type NamesOf, type OnWire } from '../../client/declared.js'
import type { MockRequest } from './mock-request.js'
import type { MockReply } from './reply.js'

/** A call that a client declared: a target, a query, a download, or pages. */
export interface DeclaredCall<D = unknown> {
  readonly [declared]?: Declared<D>
}

/** What answers a declared call: the body of a 2xx as it is on the wire, or a whole answer by `reply` or `problem`. */
export type MockHandler<D> = (
  request: MockRequest<NamesOf<D>>,
) => May<OnWire<D> | MockReply<OnWire<D>> | Response>

/** How a handler is found. */
export interface OnOptions {
  /** The path with `:names`, where the call makes it by a function. Default: the declared one. */
  readonly path?: string
  /** Only for such requests: for calls that share method and path. */
  readonly when?: (request: MockRequest) => boolean
  /**
   * Whether a request whose idempotency key was answered is answered the same without the handler, another body with the
   * same key is 422, and one whose first is at work 409. Default: for `keyed` targets.
   */
  readonly idempotency?: boolean
}

/** A declared call with what answers it. */
export interface MockHandling {
  readonly says: Declared<unknown>
  readonly path: string
  readonly when: ((request: MockRequest) => boolean) | undefined
  readonly idempotency: boolean
  readonly handle: (request: MockRequest) => May<unknown>
}

/**
 * What a mocked remote does for a declared call. Typed by the declaration: the path's names, and what the answer is on the
 * wire.
 *
 * @example
 * on(page, ({ params }) => ({ uid: params.uid, title: 'Home' }))
 * @throws TypeError for what no client declared by itself (a composite, a target of `with`), and for a computed path without
 * `path`.
 */
export const on: {
  <D>(call: DeclaredCall<D>, handle: MockHandler<D>): MockHandling
  <D>(call: DeclaredCall<D>, options: OnOptions, handle: MockHandler<D>): MockHandling
} = (
  call: DeclaredCall,
  first: OnOptions | ((request: MockRequest) => May<unknown>),
  second?: (request: MockRequest) => May<unknown>,
): MockHandling => {
  const says = saysOf(call, 'on')
  const [options, handle] = typeof first === 'function' ? [{}, first] : [first, second]
  if (typeof handle !== 'function')
    throw new TypeError(`on "${says.name}": expected a function as handler, got ${typeof handle}`)
  const path = options.path ?? says.path
  if (typeof path !== 'string' || !path.startsWith('/'))
    throw new TypeError(
      `on "${says.name}" path: the call makes its path by a function; say it with :names, beginning with "/"`,
    )
  return {
    says,
    path,
    when: options.when,
    idempotency: options.idempotency ?? says.effect === 'keyed',
    handle,
  }
}

/** What a call was declared with. */
export const saysOf = (call: DeclaredCall, at: string): Declared<unknown> => {
  const says = (call as DeclaredCall | undefined)?.[declared]
  if (says !== undefined) return says
  throw new TypeError(`${at}: expected a target, query, download or pages as an HTTP client declared it`)
}

import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { CallableFlow } from '../endpoint/callable-flow.js'
import type { Ending } from '../endpoint/failure-answers.js'

/** What an endpoint tells the function behind it. */
export interface FlowOptions {
  /** Aborts when the caller is gone, or its time is up. */
  readonly signal?: AbortSignal
  /** The caller's idempotency key, where it sent one. */
  readonly key?: string
}

/**
 * A function that gives a `TaskEither`, as what an endpoint calls: each failure on its left is one that the endpoint has to
 * answer.
 *
 * @example
 * const product = flowOf('product', ({ params }: EndpointRequest<{ sku: string }>) =>
 *   pipe(taskOf(find)({ sku: params.sku }), TE.map(toView)))
 * hooks.endpoint({ method: 'GET', path: '/products/:sku', authorize, flow: product })
 * @throws TypeError for a name that is none.
 */
export const flowOf = <In, Out, E extends Ending>(
  name: string,
  f: (input: In, options: FlowOptions) => TaskEither<E, Out>,
): CallableFlow<In, Out, E> => {
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError(`flowOf name: expected a name, got ${JSON.stringify(name)}`)
  if (typeof f !== 'function') throw new TypeError(`flowOf "${name}": expected a function, got ${typeof f}`)
  return {
    name,
    async call(input, { signal, key } = {}) {
      return f(input, { ...(signal && { signal }), ...(key !== undefined && { key }) })()
    },
  }
}

/** For programs written with fp-ts: calls as `TaskEither`. A call gives an `Either` already; this makes it lazy. */
import { checkMade } from '../message/check-made.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { CallOptions } from '../flow/flow.js'
import type { Result } from '../result/result.js'

/** Whatever can be called: an open flow, a target or query of an HTTP client. */
export interface Callable<in In, out Out, out E> {
  call(input: In, options?: CallOptions): Promise<Result<E, Out>>
}

/**
 * The call of a flow, target or query as a lazy task that never rejects.
 *
 * @example
 * pipe(taskOf(greet)({ name: 'Ada' }), TE.map((text) => text.length))
 */
export const taskOf = <In, Out, E>(
  callable: Callable<In, Out, E>,
): ((input: In, options?: CallOptions) => TaskEither<E, Out>) => {
  checkMade('taskOf: callable', 'an open flow, a target or a query', callable, 'call')
  return (input, options) => () => callable.call(input, options)
}

import { checkMade } from '../config/check-option.js'
import type { Context, Result } from '@xconnector/core'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { CallOptions } from '../client/options.js'

/** A target, query or download of a client, or whatever else is called as these are. */
export interface CallableCall<in A, out B, out E> {
  call(input: A, options?: CallOptions | Context): Promise<Result<E, B>>
}

/**
 * A call of a client as a lazy task. Its failures are on the left; it rejects only with the reason of the caller's own
 * `signal`. Inside a step, give the step's context: the call is part of that step then.
 *
 * @example
 * pipe(taskOf(page)({ uid: 'p1' }), TE.chain((found) => taskOf(postPage)(found)))
 */
export const taskOf = <A, B, E>(
  callable: CallableCall<A, B, E>,
): ((input: A, options?: CallOptions | Context) => TaskEither<E, B>) => {
  checkMade('taskOf: callable', 'a target or query of a client', callable, 'call')
  return (input, options) => () => callable.call(input, options)
}

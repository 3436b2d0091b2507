import { left, type Result, type Tagged } from '@xconnector/core'

/** Carries a failure out of a function that is remembered when it succeeds. */
export class Stop<E> extends Error {
  readonly failure: E

  constructor(failure: E) {
    super('stopped')
    this.failure = failure
  }
}

/** The reply of a call, or its failure thrown. */
export const orStop = <E, B>(result: Result<E, B>): B => {
  if (result._tag === 'Left') throw new Stop(result.left)
  return result.right
}

/** Runs code in which calls stop it: gives what it stopped with on the left. */
export const stopped = async <E extends Tagged, B>(
  run: () => Promise<Result<E, B>>,
): Promise<Result<E, B>> => {
  try {
    return await run()
  } catch (thrown) {
    if (thrown instanceof Stop) return left((thrown as Stop<E>).failure)
    throw thrown
  }
}

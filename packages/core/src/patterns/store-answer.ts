import { isFailure, type Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import { left, type Result } from '../result/result.js'
import { isParked } from '../step/is-parked.js'
import type { Context } from '../step/step.js'
import type { Answer } from '../step/target.js'

/**
 * What a use of a store came to, and what its destination should make of it: only `StoreUnavailable` counts against the store.
 * Throws on when it was the caller who ended it.
 */
export const storeAnswer = async <B>(
  name: string,
  ctx: Context,
  use: () => Promise<Result<Tagged, B>>,
): Promise<Answer<Tagged, B>> => {
  try {
    return { result: await use(), seen: { as: 'ok' } }
  } catch (thrown) {
    if (ctx.signal.aborted) throw thrown
    const failure = isParked(thrown) || isFailure(thrown) ? thrown : new StepFailed(name, thrown)
    return { result: left(failure), seen: { as: failure._tag === 'StoreUnavailable' ? 'failed' : 'ok' } }
  }
}

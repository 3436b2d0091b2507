import { checkFunction } from '../flow/name.js'
import { checkMade, checkText } from '../message/check-made.js'
import type { Tagged } from '../failure/failure.js'
import type { StepFailed } from '../failure/step-failed.js'
import type { FileRef } from '../message/file-ref.js'
import { right } from '../result/result.js'
import type { Context, Target } from '../step/step.js'
import { target } from '../step/target.js'
import type { ClaimStore } from './claim-store.js'
import { storeAnswer } from './store-answer.js'
import type { StoreUnavailable } from './store-unavailable.js'

/**
 * Claim check, the end: removes a claim when the message is done with it. An idempotent target on the store: removing what is
 * not there is no error. Put it last; where branches share a claim, leave the removal to `store.sweep`.
 *
 * Failures: `StoreUnavailable` (transient), `StepFailed` when `claim` throws.
 *
 * @param claim Where in the body the claim is. Left out: the body is the claim.
 * @example
 * flow.to(dam.assets.put).to(release('release scan', scans, (order) => order.scan))
 */
export const release: {
  (name: string, store: ClaimStore): Target<FileRef, undefined, StoreUnavailable | StepFailed>
  <A>(
    name: string,
    store: ClaimStore,
    claim: (body: A, ctx: Context) => FileRef,
  ): Target<A, undefined, StoreUnavailable | StepFailed>
} = (
  name: string,
  store: ClaimStore,
  claim: (body: never, ctx: Context) => FileRef = (body) => body,
): never => {
  checkText('release: name', name)
  checkMade(
    `release "${name}": store`,
    'a store of claims, such as directoryStore({ dir })',
    store,
    'put',
    'remove',
  )
  checkFunction(`release "${name}": claim`, claim)
  const made: Target<never, undefined, Tagged> = target({
    name,
    destination: store.destination,
    effect: 'idempotent',
    call: (body: never, ctx) =>
      storeAnswer(name, ctx, async () => {
        await store.remove(claim(body, ctx))
        return right(undefined)
      }),
    preview: (body, ctx) => ({ releases: claim(body, ctx).id }),
  })
  return made as never
}

import { checkFunction } from '../flow/name.js'
import { checkMade, checkText } from '../message/check-made.js'
import { createHash } from 'node:crypto'
import { isFailure, type Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import { right, type Result } from '../result/result.js'
import { isParked } from '../step/is-parked.js'
import type { Context, Step } from '../step/step.js'
import { read } from '../step/target.js'
import { ClaimDamaged } from './claim-damaged.js'
import type { ClaimMissing } from './claim-missing.js'
import type { Claim, Held } from './claim.js'
import type { ClaimStore } from './claim-store.js'
import { storeAnswer } from './store-answer.js'
import { StoreUnavailable } from './store-unavailable.js'

/** Options of `checkOut`. */
export interface CheckOutLimits {
  /** The largest claim that is brought back whole: bytes. Default 64 MiB. Larger ones are for targets that take files. */
  readonly maxBytes?: number
}

/** Where in a body the claim is, and where to put what it brings back. */
export interface CheckOutOptions<A, K extends Claim, C> extends CheckOutLimits {
  readonly claim: (body: A, ctx: Context) => K
  /** The body with what was parked. */
  readonly join: (body: A, held: Held<K>) => C
}

/** What bringing back may fail with. */
export type CheckOutFailure = ClaimMissing | ClaimDamaged | StoreUnavailable | StepFailed

/**
 * Claim check, second half: brings back what `checkIn` parked. A read, and repeatable: it leaves the claim in the store, until
 * `release` or `sweep` removes it. Size and hash are compared with the claim's.
 *
 * Failures: `ClaimMissing` and `ClaimDamaged` (permanent), `StoreUnavailable` (transient), `StepFailed` when a function throws
 * or the claim is larger than `maxBytes`.
 *
 * @param options Left out: the body is the claim, and what it brings back is the new body.
 * @example
 * flow.via(checkOut('scan', scans, { claim: (order) => order.scan, join: (order, bytes) => ({ ...order, bytes }) }))
 */
export const checkOut: {
  <K extends Claim>(
    name: string,
    store: ClaimStore,
    options?: CheckOutLimits & { readonly claim?: undefined },
  ): Step<K, Held<K>, CheckOutFailure>
  <A, K extends Claim, C>(
    name: string,
    store: ClaimStore,
    options: CheckOutOptions<A, K, C>,
  ): Step<A, C, CheckOutFailure>
} = (name: string, store: ClaimStore, options: AnyOptions = {}): never => {
  const {
    claim = (body: Claim) => body,
    join = (_: unknown, held: unknown) => held,
    maxBytes = 64 * 1024 * 1024,
  } = options
  checkText('checkOut: name', name)
  checkMade(
    `checkOut "${name}": store`,
    'a store of claims, such as directoryStore({ dir })',
    store,
    'put',
    'remove',
  )
  checkFunction(`checkOut "${name}": claim`, claim)
  checkFunction(`checkOut "${name}": join`, join)
  if (!(typeof maxBytes === 'number' && maxBytes >= 0))
    throw new TypeError(`checkOut "${name}": maxBytes: expected a number of bytes, got ${String(maxBytes)}`)
  const step: Step<unknown, unknown, Tagged> = read({
    name,
    destination: store.destination,
    call: (body: unknown, ctx) =>
      storeAnswer(name, ctx, async () => {
        const wanted = claim(body as never, ctx)
        if (wanted.size > maxBytes)
          throw new StepFailed(
            name,
            undefined,
            `step "${name}": claim ${wanted.id} has ${wanted.size} bytes, more than maxBytes (${maxBytes}): hand it to a target that takes files`,
          )
        const bytes = await whole(store, wanted, ctx)
        const held: unknown = wanted.format === 'json' ? JSON.parse(bytes.toString()) : bytes
        return right(join(body as never, held as never)) as Result<Tagged, unknown>
      }),
  })
  return step as never
}

interface AnyOptions extends CheckOutLimits {
  readonly claim?: ((body: never, ctx: Context) => Claim) | undefined
  readonly join?: (body: never, held: never) => unknown
}

const whole = async (store: ClaimStore, claim: Claim, ctx: Context): Promise<Buffer> => {
  const damaged = (found: string): ClaimDamaged => new ClaimDamaged(store.name, claim.id, found)
  const chunks: Buffer[] = []
  let size = 0
  try {
    const stream = await store.open(claim, { signal: ctx.signal, ctx })
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      if ((size += chunk.length) > claim.size) throw damaged('has more bytes than were stored')
    }
  } catch (thrown) {
    if (ctx.signal.aborted || isFailure(thrown) || isParked(thrown)) throw thrown
    throw new StoreUnavailable(store.name, 'read a claim', thrown)
  }
  const bytes = Buffer.concat(chunks)
  if (size < claim.size) throw damaged(`has ${size} of the ${claim.size} bytes that were stored`)
  if (createHash('sha256').update(bytes).digest('hex') !== claim.sha256)
    throw damaged('has other bytes than were stored')
  return bytes
}

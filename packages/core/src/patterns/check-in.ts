import { checkFunction } from '../flow/name.js'
import { checkMade, checkText } from '../message/check-made.js'
import { isFailure, type Tagged } from '../failure/failure.js'
import { StepFailed } from '../failure/step-failed.js'
import type { Body, Failing } from '../flow/routed.js'
import { stringify } from '../message/storable.js'
import { right, type May } from '../result/result.js'
import type { Context, Step } from '../step/step.js'
import { read } from '../step/target.js'
import type { BytesClaim, JsonClaim } from './claim.js'
import type { ClaimBytes, ClaimStore } from './claim-store.js'
import { storeAnswer } from './store-answer.js'
import type { StoreUnavailable } from './store-unavailable.js'
import type { StreamBroken } from './stream-broken.js'

/** Parks a part of a body as JSON. */
export interface CheckInPart<A, T, C> {
  /** What to park: anything that JSON carries. It may return a failure. */
  readonly take: (body: A, ctx: Context) => May<T>
  /** The body with the claim in the place of what was parked. */
  readonly leave: (body: A, claim: JsonClaim<Body<T>>) => C
  readonly bytes?: undefined
}

/** Parks bytes. */
export interface CheckInBytes<A, T extends ClaimBytes | Error, C> {
  /** What to park: bytes, or a stream of them. It may return a failure. */
  readonly bytes: (body: A, ctx: Context) => May<T>
  /** The body with the claim in the place of what was parked. */
  readonly leave: (body: A, claim: BytesClaim) => C
  readonly take?: undefined
}

/** What parking may fail with, beside what the user's function returns. */
export type CheckInFailure = StoreUnavailable | StepFailed

/**
 * Claim check, first half: parks a body, or a part of it, in a store and leaves a small claim in the message. The claim is JSON
 * and a `FileRef`: it crosses hops, and can be handed to any target that takes files, with the store as their provider.
 *
 * A read by its effect, and safe as one: what is stored is known by the hop's key and `name`, and the first bytes stay. A hop
 * that runs again does not even call `take` or `bytes`: it stores nothing twice, and sends on the same claim. A hop that never
 * succeeds leaves its bytes to `store.sweep`.
 *
 * Failures: `StoreUnavailable` (transient; a full disk is one), `StepFailed` when a function throws or the value has something
 * that JSON cannot carry, what `take` or `bytes` returns, and, where bytes are parked, `StreamBroken`.
 *
 * @param name Of the step. Two of them in one hop need two names.
 * @param options Left out: the whole body is parked as JSON, and the claim is the new body.
 * @example
 * flow('orders')
 *   .input<{ id: string; scan: string }>()
 *   .via(checkIn('scan', scans, {
 *     bytes: (order) => Buffer.from(order.scan, 'base64'),
 *     leave: ({ id }, scan) => ({ id, scan }),
 *   }))
 */
export const checkIn: {
  <A>(name: string, store: ClaimStore): Step<A, JsonClaim<A>, CheckInFailure>
  <A, T extends ClaimBytes | Error, C>(
    name: string,
    store: ClaimStore,
    options: CheckInBytes<A, T, C>,
  ): Step<A, C, CheckInFailure | StreamBroken | Failing<T>>
  <A, T, C>(
    name: string,
    store: ClaimStore,
    options: CheckInPart<A, T, C>,
  ): Step<A, C, CheckInFailure | Failing<T>>
} = (name: string, store: ClaimStore, options: AnyOptions = WHOLE): never => {
  checkText('checkIn: name', name)
  checkMade(
    `checkIn "${name}": store`,
    'a store of claims, such as directoryStore({ dir })',
    store,
    'put',
    'remove',
  )
  const { take, bytes, leave } = options
  for (const [option, f] of Object.entries({
    [bytes === undefined ? 'take' : 'bytes']: bytes ?? take,
    leave,
  }))
    checkFunction(`checkIn "${name}": ${option}`, f)
  const step: Step<unknown, unknown, Tagged> = read({
    name,
    destination: store.destination,
    call: (body: unknown, ctx) =>
      storeAnswer(name, ctx, async () => {
        const open = async (): Promise<ClaimBytes> => {
          const taken = await (bytes ?? take)!(body, ctx)
          if (isFailure(taken)) throw taken
          return bytes === undefined ? jsonBytes(name, taken) : (taken as ClaimBytes)
        }
        const stored = await store.put(`${ctx.key}/${name}`, open, { signal: ctx.signal })
        return right(leave(body, { ...stored, format: bytes === undefined ? 'json' : 'bytes' } as never))
      }),
  })
  return step as never
}

interface AnyOptions {
  readonly take?: ((body: unknown, ctx: Context) => unknown) | undefined
  readonly bytes?: ((body: unknown, ctx: Context) => unknown) | undefined
  readonly leave: (body: unknown, claim: never) => unknown
}

const WHOLE: AnyOptions = { take: (body) => body, leave: (_, claim) => claim }

const jsonBytes = (name: string, value: unknown): Buffer => {
  const made = stringify(value)
  if ('text' in made) return Buffer.from(made.text)
  const at = made.path === '' ? 'it is' : `${made.path} is`
  throw new StepFailed(
    name,
    undefined,
    `step "${name}": what it parks cannot be stored as JSON: ${at} of type ${made.type}; map it first, or park bytes`,
  )
}

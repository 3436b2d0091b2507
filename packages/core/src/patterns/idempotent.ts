import type { Tagged } from '../failure/failure.js'
import type { KeyInUse } from '../failure/key-in-use.js'
import { checkFunction, checkName, checkStep } from '../flow/name.js'
import type { FlowNode } from '../flow/node.js'
import type { Body, Failing } from '../flow/routed.js'
import type { Kept } from '../flow/stored.js'
import { millis, type Duration } from '../message/duration.js'
import type { May } from '../result/result.js'
import type { Context, Target } from '../step/step.js'
import { receiverNode } from './idempotent-node.js'

/** What goes on from an idempotent receiver. */
export interface Received<A, B> {
  readonly body: A
  /** That of the first message of its key. */
  readonly reply: B
  /** It is not the first. */
  readonly repeat: boolean
}

/** Options of an idempotent receiver. */
export interface IdempotentOptions<A, B, C, W extends 'wait' | 'fail'> {
  /** What makes two messages the same. One without a key is a mistake: `StepFailed`. */
  readonly key: (body: A, ctx: Context) => string
  /** How long a key is known after it was last worked on. */
  readonly window: Duration
  /** What becomes of a repeat of what is done: it goes on, with the first one's reply (default), or is filtered. */
  readonly repeats?: 'go on' | 'filter'
  /** A repeat of what is being worked on waits for that (default), or fails with `KeyInUse`, by whose route it comes again. */
  readonly whileWorking?: W
  /** What to go on with. Default: `Received`. */
  readonly join?: (body: A, reply: B, repeat: boolean, ctx: Context) => May<C>
}

/**
 * Idempotent receiver around an effect: of the messages of one key that come within the window one has the effect, over
 * crashes, retries and processes. The key is reserved before the effect. It is done with it; free again when it failed, so that
 * a repeat may try; and in doubt while nobody knows (`OutcomeUnknown`): then a repeat asks the target's `reconcile`, and where
 * there is none fails with `OutcomeUnknown` itself, until the first one is replayed or the window is over.
 *
 * The target's idempotency key is the receiver's, the same for all repeats: what failed in a `keyed` target without anybody
 * knowing is not done twice by the next. The hop of the effect is `<name>/work`.
 *
 * Failures: the target's; `StepFailed` when a function throws or gives no key; what `join` returns; `KeyInUse` (transient) with
 * `whileWorking: 'fail'`.
 *
 * @example
 * flow.through(idempotent('charge once', { key: (o) => o.orderId, window: '7d' }, charge.with((o) => ({ cents: o.cents }))))
 * @throws TypeError when an option makes no sense, or `target` is none.
 */
export const idempotent = <
  A,
  B,
  E extends Tagged,
  C = Received<A, Kept<B>>,
  W extends 'wait' | 'fail' = 'wait',
>(
  name: string,
  options: IdempotentOptions<A, NoInfer<B>, C, W>,
  target: Target<NoInfer<A>, B, E>,
): FlowNode<A, Kept<Body<C>>, E | Failing<C> | (W extends 'fail' ? KeyInUse : never)> => {
  const what = `idempotent "${checkName('idempotent', name)}"`
  const { key, window, repeats = 'go on', whileWorking = 'wait', join } = options
  checkFunction(`${what}: key`, key)
  if (join !== undefined) checkFunction(`${what}: join`, join)
  checkStep(what, target, true)
  oneOf(`${what}: repeats`, repeats, ['go on', 'filter'])
  oneOf(`${what}: whileWorking`, whileWorking, ['wait', 'fail'])
  const node = receiverNode({
    name,
    target,
    windowMs: millis(window, `${what}: window`),
    filters: repeats === 'filter',
    waits: whileWorking === 'wait',
    key: key as (body: unknown, ctx: Context) => string,
    join: (join as never) ?? ((body: unknown, reply: unknown, repeat: boolean) => ({ body, reply, repeat })),
  })
  return { name, node }
}

const oneOf = (what: string, value: string, values: readonly string[]): void => {
  if (!values.includes(value))
    throw new TypeError(
      `${what}: expected ${values.map((v) => `'${v}'`).join(' or ')}, got ${JSON.stringify(value)}`,
    )
}

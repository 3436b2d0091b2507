import {
  CallContext,
  left,
  millis,
  StepFailed,
  type Clock,
  type Context,
  type Environment,
  type Result,
  type Step,
  type Tagged,
} from '@xconnector/core'
import { TimedOut } from '../failure/timed-out.js'
import type { CallOptions } from './options.js'
import { startDeadline } from './deadline.js'

/** What a plain call needs to know of what it calls. */
export interface Callable<A, B, E extends Tagged> {
  readonly step: Step<A, B, E>
  readonly destination: string
  readonly method: string
  /** As declared. */
  readonly path: string
  readonly timeoutMs: number
  /** It is made of several calls: its time may be up between two of them. */
  readonly composite?: true
  readonly env: Environment
}

/** Whether the options of a call are a step's context, which is then used as it is. */
export const isContext = (options: CallOptions | Context | undefined): options is Context =>
  options !== undefined && 'enter' in options

/**
 * Calls a step outside of a flow, and gives what `give` makes of its result. The wait for its destination counts against the
 * call's time too. Rejects only with the reason of the caller's own signal, and with what `give` throws.
 */
export const plainCall = async <A, B, E extends Tagged, T>(
  callable: Callable<A, B, E>,
  input: A,
  options: CallOptions | Context | undefined,
  give: (result: Result<E | TimedOut | StepFailed, B>) => T,
): Promise<T> => {
  const { step, env } = callable
  if (isContext(options)) return give(await step.run(input, options))
  const { clock } = env
  const startedAt = clock.now()
  const ms =
    options?.timeout === undefined ? callable.timeoutMs : millis(options.timeout, `timeout of "${step.name}"`)
  const deadline = startDeadline(clock, startedAt + ms, options?.signal)
  const ctx = new CallContext(env, `call of ${step.name}`, input, {
    signal: deadline.signal,
    deadline: startedAt + ms,
    key: options?.key,
  })
  let result: Result<E | TimedOut | StepFailed, B>
  try {
    result = await step.run(input, ctx)
  } catch (thrown) {
    if (options?.signal?.aborted === true) throw options.signal.reason
    result = left(
      deadline.signal.aborted ? neverSent(callable, startedAt, clock) : new StepFailed(step.name, thrown),
    )
  } finally {
    deadline.end()
  }
  return give(result)
}

// The time was up while it waited for its destination, or between two calls: an exchange tells its own end.
const neverSent = <A, B, E extends Tagged>(
  callable: Callable<A, B, E>,
  startedAt: number,
  clock: Clock,
): TimedOut => {
  const { step, destination, method, path, composite } = callable
  const durationMs = clock.now() - startedAt
  return new TimedOut({
    kind: 'transient',
    facts: { destination, target: step.name, method, path, durationMs },
    what: composite === true ? `was not done in ${durationMs} ms` : `was not let in for ${durationMs} ms`,
  })
}

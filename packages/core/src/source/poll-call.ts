import type { May } from '../result/result.js'
import { bounded } from './bounded.js'
import { FetchContext } from './poll-context.js'
import type { PollContext } from './poll-options.js'
import type { Intake } from './source.js'

/** One call of a function of the user's. */
export interface PollCall {
  /** `fetch of poll "x"`. */
  readonly what: string
  /** The poll's. */
  readonly name: string
  readonly ms: number
  readonly since: number | undefined
  readonly input: unknown
  readonly stopping: AbortSignal
}

/** Calls a function of the user's with a context and a deadline. A failure that it returns is thrown. */
export const called = async <A>(
  intake: Intake,
  { what, name, ms, since, input, stopping }: PollCall,
  f: (ctx: PollContext) => May<A>,
): Promise<A> => {
  // A part of a virtual clock: time stands still while the call does real I/O.
  const clock = intake.clock.scope?.(what)
  try {
    const given = await bounded(intake.clock, ms, stopping, what, (signal) =>
      f(new FetchContext(name, intake, clock ?? intake.clock, { since, signal, ms, input })),
    )
    if (isFailure(given)) throw given as unknown as Error
    return given
  } finally {
    clock?.close()
  }
}

// `Parked` is no failure, but is what a client's read has on the left when its destination takes no calls.
const isFailure = (given: unknown): boolean => {
  const g = given as { readonly _tag?: unknown; readonly kind?: unknown } | null | undefined
  return typeof g === 'object' && g !== null && typeof g._tag === 'string' && typeof g.kind === 'string'
}

/** When a failure says to come again: epoch milliseconds. */
export const cameAgain = (thrown: unknown): number | undefined => {
  const t = thrown as { readonly retryAt?: unknown; readonly until?: unknown } | null | undefined
  const at = t?.retryAt ?? t?.until
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined
}

import type { DeadlineExceeded } from '../failure/deadline-exceeded.js'
import type { StepFailed } from '../failure/step-failed.js'
import { millis, type Duration } from '../message/duration.js'
import { checkFunction } from './name.js'

/** What accept must know of a message. The functions may throw: `StepFailed`, dead-lettered at accept. */
export interface AcceptOptions<A> {
  /** Messages of one key keep their order at every hop. Default: the key of `latest`, else none. */
  key?(body: A): string
  /** Only the newest version of a key is delivered; older ones are superseded, equal ones delivered in accept order. */
  latest?: { key(body: A): string; version(body: A): number | string }
  /** A repeat inside the window is answered as the first. Default: what the source says. */
  dedupe?(body: A): string
  /** How long a dedupe key is remembered. Default 24 h. */
  window?: Duration
  /** After which a message is not delivered any more: `DeadlineExceeded`. Time spent parked counts. */
  deadline?: Duration
}

/** What these options add to a flow's failures. */
export type AcceptErrors<O> =
  | (O extends { readonly deadline: Duration } ? DeadlineExceeded : never)
  | (O extends { key: unknown } | { latest: unknown } | { dedupe: unknown } ? StepFailed : never)

/** @throws TypeError that names the flow and the option, when one makes no sense. */
export const checkAccept = (flow: string, o: AcceptOptions<never>): void => {
  const at = (option: string): string => `flow "${flow}": ${option}`
  if (o.deadline !== undefined) millis(o.deadline, at('deadline'))
  if (o.window !== undefined) millis(o.window, at('window'))
  if (o.key !== undefined) checkFunction(at('key'), o.key)
  if (o.dedupe !== undefined) checkFunction(at('dedupe'), o.dedupe)
  if (o.latest === undefined) return
  checkFunction(at('latest.key'), o.latest.key)
  checkFunction(at('latest.version'), o.latest.version)
}

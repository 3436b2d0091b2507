import type { Clock } from '../ports/clock.js'

/** A signal that aborts at a time, or when another does; `cancel` lets its timer and listener go. */
export interface DeadlineSignal {
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly deadline: number
  cancel(): void
}

/** The reason of a signal that aborted because time was over. */
export const timeIsUp = (): DOMException => new DOMException('the deadline passed', 'TimeoutError')

export const deadlineSignal = (clock: Clock, deadline: number, outer?: AbortSignal): DeadlineSignal => {
  const controller = new AbortController()
  const stop = clock.after(deadline - clock.now(), () => controller.abort(timeIsUp()))
  const follow = (): void => controller.abort(outer!.reason)
  if (outer?.aborted === true) follow()
  outer?.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    deadline,
    cancel() {
      stop()
      outer?.removeEventListener('abort', follow)
    },
  }
}

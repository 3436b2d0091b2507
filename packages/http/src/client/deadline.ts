import type { Clock } from '@xconnector/core'

/** A signal that ends at a time, or with another signal. Its timer keeps neither a process nor a virtual clock going. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Frees the timer and the listener. */
  end(): void
}

/** Why a deadline's own signal aborts. */
export const TIME_IS_UP = 'the time is up'

/** Starts a deadline. The platform's `AbortSignal.timeout` is dearer, and cannot be virtual. */
export const startDeadline = (clock: Clock, at: number, outer: AbortSignal | undefined): Deadline => {
  const controller = new AbortController()
  const abort = (): void => controller.abort(outer!.reason)
  const cancel = clock.after(at - clock.now(), () => controller.abort(TIME_IS_UP), { background: true })
  if (outer?.aborted === true) abort()
  else outer?.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    end() {
      cancel()
      outer?.removeEventListener('abort', abort)
    },
  }
}

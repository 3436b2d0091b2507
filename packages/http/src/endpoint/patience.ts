import type { Clock } from '@xconnector/core'
import type { Watch } from '../ingress/place.js'

/** How long a request may take, and whether its caller is still there. */
export interface Patience {
  /** Aborts at the deadline, or when the caller leaves and nobody has said that the work goes on. */
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly deadline: number
  /** Resolves at the deadline, and never where it ended before. */
  readonly over: Promise<void>
  /** From now on the work goes on without its caller. */
  goOn(): void
  /** Lets timer and watch go. */
  end(): void
}

/** Begins to wait. */
export const patience = (clock: Clock, timeoutMs: number, watch: Watch): Patience => {
  const controller = new AbortController()
  let unwatch = (): void => {}
  let cancel = (): void => {}
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(timeoutMs, () => {
      // First the answer, then the end of the work, whose failure is then none of the caller's business.
      resolve()
      controller.abort(new DOMException('the time of the endpoint is up', 'TimeoutError'))
    })
  })
  unwatch = watch(() => controller.abort(new DOMException('the caller left', 'AbortError')))
  return {
    signal: controller.signal,
    deadline: clock.now() + timeoutMs,
    over,
    goOn: () => unwatch(),
    end() {
      cancel()
      unwatch()
    },
  }
}

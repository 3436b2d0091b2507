import type { Clock } from '../ports/clock.js'
import type { May } from '../result/result.js'

/**
 * Runs a function of the user's for so long and no longer, whether or not it hears the signal that it is given. Rejects
 * when the time is up, and with the reason of `outer` when that aborts; what comes later is dropped.
 */
export const bounded = <A>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  what: string,
  f: (signal: AbortSignal) => May<A>,
): Promise<A> => {
  if (outer.aborted) return Promise.reject(outer.reason as Error)
  const inner = new AbortController()
  return new Promise<A>((resolve, reject) => {
    const give = (reason: unknown): void => {
      end()
      reject(reason)
      inner.abort(reason)
    }
    const abort = (): void => give(outer.reason)
    const cancel = clock.after(ms, () => give(new Error(`${what} did not end within ${ms} ms`)))
    const end = (): void => {
      cancel()
      outer.removeEventListener('abort', abort)
    }
    outer.addEventListener('abort', abort, { once: true })
    // In a promise of its own: a function that throws at once rejects too.
    void new Promise<A>((begun) => begun(f(inner.signal))).then(
      (a) => (end(), resolve(a)),
      (thrown: unknown) => (end(), reject(thrown as Error)),
    )
  })
}

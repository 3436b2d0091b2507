/** Waits for what others wait for too: ends early when the waiter's own signal aborts, and leaves the others be. */
export const sharedWait = <T>(shared: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error)
      return
    }
    const abort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    const over = (): void => signal.removeEventListener('abort', abort)
    shared.then(
      (value) => {
        over()
        resolve(value)
      },
      (cause: unknown) => {
        over()
        reject(cause)
      },
    )
  })

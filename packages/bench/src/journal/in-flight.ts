/** Runs jobs 0 to n - 1, so many at a time. */
export const inFlight = async (
  n: number,
  width: number,
  job: (i: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0
  const go = async (): Promise<void> => {
    while (next < n) await job(next++)
  }
  await Promise.all(Array.from({ length: width }, go))
}

/** Seconds that a piece of work takes. */
export const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const before = performance.now()
  await work()
  return (performance.now() - before) / 1000
}

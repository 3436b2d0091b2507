import type { Sample } from './sample.ts'

/** Work to be timed: does `n` operations, from wherever it stands. */
export type Work = (n: number) => Promise<void> | void

const WARM = 300
const MEASURED = 600

/**
 * Nanoseconds an operation, after a warm-up: `ns` of wall time over the whole window, `quiet` in its fastest batch (the
 * one that others disturbed least), `cpu` of processor time in all threads.
 */
export const timed = async (work: Work, batch: number): Promise<Sample> => {
  for (const until = performance.now() + WARM; performance.now() < until; ) await work(batch)
  let done = 0
  let quiet = Number.POSITIVE_INFINITY
  const cpu = process.cpuUsage()
  const start = performance.now()
  let now = start
  do {
    const before = now
    await work(batch)
    now = performance.now()
    done += batch
    quiet = Math.min(quiet, now - before)
  } while (now - start < MEASURED)
  const { user, system } = process.cpuUsage(cpu)
  return { ns: ((now - start) * 1e6) / done, quiet: (quiet * 1e6) / batch, cpu: ((user + system) * 1e3) / done }
}

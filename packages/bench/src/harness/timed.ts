import { median } from './median.ts'
import type { Sample } from './sample.ts'

/** Work to be timed: does `n` operations, from wherever it stands. */
export type Work = (n: number) => Promise<void> | void

const WARM = 300
const MEASURED = 600

/**
 * Nanoseconds an operation, after a warm-up. `ns`, which is judged: of wall time in the middle one of many batches, so
 * that the machine's other work does not decide; a batch should be long enough for garbage collection to belong to each.
 * `mean`: over the whole window. `quiet`: in the fastest batch. `cpu`: of processor time, in all threads.
 */
export const timed = async (work: Work, batch: number): Promise<Sample> => {
  for (const until = performance.now() + WARM; performance.now() < until;) await work(batch)
  const batches: number[] = []
  const cpu = process.cpuUsage()
  const start = performance.now()
  let now = start
  do {
    const before = now
    await work(batch)
    now = performance.now()
    batches.push(now - before)
  } while (now - start < MEASURED)
  const { user, system } = process.cpuUsage(cpu)
  const done = batch * batches.length
  return {
    ns: (median(batches) * 1e6) / batch,
    mean: ((now - start) * 1e6) / done,
    quiet: (Math.min(...batches) * 1e6) / batch,
    cpu: ((user + system) * 1e3) / done,
  }
}

import { Worker } from 'node:worker_threads'
import { both, nothing, type Summary } from './summary.ts'

/** What a worker is asked for, and what it says. */
export interface Range {
  readonly from: number
  readonly seeds: number
}
export type Said =
  | { readonly as: 'passed'; readonly summary: Summary }
  | { readonly as: 'failed'; readonly seed: number; readonly law: string; readonly message: string }

/** How the seeds are worked off. */
export interface CrewOptions {
  readonly workers: number
  readonly from: number
  /** How many in all. */
  readonly seeds: number
  /** Which simulations: `reference` all of them, `orders` the reference flow alone. */
  readonly only: 'reference' | 'orders'
  /** Told after every batch. */
  readonly told: (sum: Summary) => void
  /** Asked before every batch. */
  readonly stopped: () => boolean
}

/** Seeds that a worker gets at a time. */
const BATCH = 25

const PROGRAM = new URL('./worker.ts', import.meta.url)

/** Works off seeds in several threads until all are done, one fails, or it is told to stop. */
export const crew = async (
  o: CrewOptions,
): Promise<{ readonly sum: Summary; readonly failed?: Said & { readonly as: 'failed' } }> => {
  let next = o.from
  let sum = nothing
  let failed: (Said & { readonly as: 'failed' }) | undefined
  const work = async (): Promise<void> => {
    // What a run makes lives no longer than the run: the more of it fits, the less is copied.
    const worker = new Worker(PROGRAM, {
      workerData: o.only,
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    })
    try {
      while (next < o.from + o.seeds && failed === undefined && !o.stopped()) {
        const range: Range = { from: next, seeds: Math.min(BATCH, o.from + o.seeds - next) }
        next += range.seeds
        const said = await asked(worker, range)
        if (said.as === 'failed') failed ??= said
        else o.told((sum = both(sum, said.summary)))
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: o.workers }, work))
  return { sum, ...(failed !== undefined && { failed }) }
}

const asked = (worker: Worker, range: Range): Promise<Said> =>
  new Promise((resolve, reject) => {
    const end = (f: () => void): void => {
      worker.off('message', heard)
      worker.off('error', broken)
      f()
    }
    const heard = (said: Said): void => end(() => resolve(said))
    const broken = (error: Error): void => end(() => reject(error))
    worker.on('message', heard)
    worker.on('error', broken)
    worker.postMessage(range)
  })

import { parentPort, workerData } from 'node:worker_threads'
import { simulate, SimulationFailed } from '@xconnector/core/testing'
import type { Range, Said } from './crew.ts'
import { orders, ordersOptions } from './orders.ts'
import { reference, type SimulationResult } from './reference.ts'
import { both, nothing, summaryOf } from './summary.ts'

// Runs ranges of seeds, one after the other, and says what they came to.

// Failures are made by the thousand here, and nobody reads where.
Error.stackTraceLimit = 0

const SHRINK = 400

const one = async (seed: number): Promise<SimulationResult> => {
  if (workerData !== 'orders') return reference({ seed, shrink: SHRINK })
  try {
    return {
      ok: true,
      seed,
      simulated: [await simulate([orders], { ...ordersOptions, seed, shrink: SHRINK })],
    }
  } catch (thrown) {
    if (!(thrown instanceof SimulationFailed)) throw thrown
    return { ok: false, seed, law: thrown.law, failed: thrown }
  }
}

const run = async ({ from, seeds }: Range): Promise<Said> => {
  let summary = nothing
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await one(seed)
    if (!result.ok) return { as: 'failed', seed, law: result.law, message: result.failed.message }
    summary = both(summary, summaryOf(result.simulated))
  }
  return { as: 'passed', summary }
}

parentPort!.on('message', (range: Range) => {
  void run(range).then((said) => parentPort!.postMessage(said))
})

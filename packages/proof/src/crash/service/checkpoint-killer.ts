import { writeSync, openSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { die } from './die.ts'
import { CHECKPOINT, RUNNING, type SharedOrder } from './shared-order.ts'

/** What it is told. */
export interface KillerOptions {
  readonly order: SharedOrder
  /** How long after the beginning of the checkpoint: milliseconds. */
  readonly after: number
  /** The log of hands, in which it says whether the checkpoint was still running. */
  readonly hands: string
}

// A thread of its own, for neither the journal's thread, which is in the checkpoint, nor a busy event loop is there in time.
const { order, after, hands } = workerData as KillerOptions
const log = openSync(hands, 'a')
Atomics.wait(order, CHECKPOINT, 0)
if (after > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, after)
if (Atomics.load(order, CHECKPOINT) === RUNNING) writeSync(log, '# a checkpoint is running\n')
die()

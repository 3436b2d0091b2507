import { progressBar } from '@xconnector/core/patterns'
import type { Desk } from './command.js'

/** A bar that is advanced by hand. */
export interface Bar {
  add(n: number): void
  stop(): Promise<void>
}

/** Shows how far something is, beside the output, where it takes long enough for that. */
export const barOf = ({ io }: Desk, name: string, total: number | undefined): Bar => {
  const started = io.clock.now()
  const least = io.err.isTTY === true ? 300 : 10_000
  let done = 0
  const bar = progressBar({
    name,
    stream: io.err,
    clock: io.clock,
    poll: () => {
      const took = io.clock.now() - started
      // What is over at once is not worth a line.
      if (took < least) return undefined
      return { started, read: done, total, done, dead: 0, waiting: 0, rate: (done * 1000) / took }
    },
  })
  return { add: (n) => void (done += n), stop: () => bar.stop() }
}

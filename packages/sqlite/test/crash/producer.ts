import { setTimeout as sleep } from 'node:timers/promises'
import type { Hooks } from './hooks.ts'
import { LineLog } from './line-log.ts'
import { files, FLOW, type Part } from './plan.ts'

/** Accepts messages until it is told to end, and keeps a log of what was acknowledged, synced line by line. */
export const produce = async (part: Part, hooks: Hooks, ending: AbortSignal): Promise<void> => {
  const { begun, acknowledged } = files(part.directory)
  const begins = new LineLog(begun)
  const acknowledgements = new LineLog(acknowledged)
  let n = 0
  const lane = async (): Promise<void> => {
    while (!ending.aborted) {
      const id = `${part.name}-${++n}`
      begins.write(id)
      const body = JSON.stringify({ message: id, text: 'x'.repeat(400) })
      await hooks.accept({ id, flow: FLOW, hop: 'in', body }, () => acknowledgements.durably(id))
      // Lanes in step would all be at the same point when the kill comes.
      await sleep(part.pauseMs * (0.5 + Math.random()))
    }
  }
  await Promise.all(Array.from({ length: part.lanes }, lane))
}

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sample } from '../harness/sample.ts'
import { freshFile } from './disk.ts'
import type { Answer, Order } from './loop-orders.ts'

const SHARE = 0.7
const DRAIN = 60_000

/**
 * The delay of the event loop, 99th percentile in milliseconds, the worst process: idle, and at 70 % of what these
 * processes together could do just before.
 */
export const loopDelay = async (processes: number): Promise<Sample> => {
  const file = freshFile('loop')
  const workers: ChildProcess[] = []
  process.on('exit', () => workers.forEach((worker) => worker.kill('SIGKILL')))
  for (let i = 0; i < processes; i++) {
    const script = join(import.meta.dirname, 'loop-worker.ts')
    const worker = fork(script, [file, processes === 1 ? 'one' : 'many', String(64 / processes)])
    workers.push(worker)
    await answerOf(worker)
  }
  const ask = (order: Order): Promise<readonly Answer[]> =>
    Promise.all(
      workers.map((worker) => {
        const answer = answerOf(worker)
        worker.send(order)
        return answer
      }),
    )
  const idle = worst(await ask({ as: 'idle', ms: 1000 }))
  const most = sum(await ask({ as: 'flood', ms: 4000 }), 'perSecond')
  await drained(ask)
  const loaded = worst(await ask({ as: 'pace', perSecond: (most * SHARE) / processes, ms: 5000 }))
  await drained(ask)
  await ask({ as: 'stop' })
  return { 'idle p99 ms': idle, 'p99 ms': loaded, 'per s': most }
}

const answerOf = async (worker: ChildProcess): Promise<Answer> => {
  const ended = new AbortController()
  const gone = once(worker, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a worker ended with code ${String(code)}`)
  })
  gone.catch(() => undefined)
  const [answer] = await Promise.race([once(worker, 'message'), gone])
  ended.abort()
  return answer as Answer
}

const worst = (answers: readonly Answer[]): number => Math.max(...answers.map((answer) => answer.p99!))

const sum = (answers: readonly Answer[], figure: keyof Answer): number =>
  answers.reduce((total, answer) => total + answer[figure]!, 0)

const drained = async (ask: (order: Order) => Promise<readonly Answer[]>): Promise<void> => {
  for (const until = performance.now() + DRAIN; performance.now() < until; await sleep(50)) {
    const counts = await ask({ as: 'count' })
    if (sum(counts, 'delivered') >= 3 * sum(counts, 'accepted')) return
  }
  throw new Error(`what was accepted was not delivered within ${DRAIN} ms`)
}

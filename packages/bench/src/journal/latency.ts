import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from '@xconnector/sqlite'
import { quantile } from '../harness/median.ts'
import type { Sample } from '../harness/sample.ts'
import { freshFile, fsyncMs } from './disk.ts'
import { service } from './service.ts'

const EVERY = 40
const WARM = 25

/**
 * The latency of a flow of one hop at 25 messages a second: from the call of accept until its end is durable.
 * Milliseconds.
 */
export const latency = async (n: number): Promise<Sample> => {
  const fsync = fsyncMs()
  const all = service({ journal: sqlite({ file: freshFile('latency') }), shape: 1 })
  await all.runtime.start()
  const ended = new Map<string, () => void>()
  all.runtime.events.on('done', ({ id }) => ended.get(rootOf(id))?.())
  const taken: number[] = []
  const durable: number[] = []
  for (let i = 0; i < n + WARM; i++) {
    const next = sleep(EVERY)
    const before = performance.now()
    const id = await all.accept(i)
    const accepted = performance.now() - before
    await new Promise<void>((resolve) => ended.set(id, resolve))
    if (i >= WARM) {
      durable.push(accepted)
      taken.push(performance.now() - before)
    }
    await next
  }
  await all.runtime.stop()
  return {
    'p50 ms': quantile(taken, 0.5),
    'p99 ms': quantile(taken, 0.99),
    'accept p50 ms': quantile(durable, 0.5),
    'fsync ms': fsync,
  }
}

const rootOf = (id: string): string => id.split('/')[0]!

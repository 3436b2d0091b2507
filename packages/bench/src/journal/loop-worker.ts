// One process of the loop-delay variants: does what its parent asks for, one order at a time, and answers each.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from '@xconnector/sqlite'
import type { Answer, Order } from './loop-orders.ts'
import { service } from './service.ts'

const [file, processes, width] = process.argv.slice(2) as [string, 'one' | 'many', string]
const WIDTH = Number(width)
/** Effects that are owed: beyond this, no more is accepted. */
const OWED = 6000

const all = service({ journal: sqlite({ file, processes }), shape: 3, keys: `${process.pid}-` })
let sent = 0

const flood = async (ms: number): Promise<void> => {
  const until = performance.now() + ms
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      await all.accept(sent++)
      // Other processes may deliver what this one accepted: the bound is only for the backlog not to grow.
      while (3 * sent - all.delivered() > OWED && performance.now() < until) await sleep(1)
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, one))
}

const pace = async (perSecond: number, ms: number): Promise<void> => {
  const start = performance.now()
  const open: Promise<unknown>[] = []
  let given = 0
  for (let now = 0; now < ms; now = performance.now() - start) {
    for (const due = Math.floor((now / 1000) * perSecond); given < due; given++) open.push(all.accept(sent++))
    await sleep(2)
  }
  await Promise.all(open)
}

const listening = async (work: () => Promise<unknown>): Promise<number> => {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await work()
  delay.disable()
  return delay.percentile(99) / 1e6
}

const obey = async (order: Order): Promise<Answer> => {
  if (order.as === 'idle') return { p99: await listening(() => sleep(order.ms)) }
  if (order.as === 'count') return { accepted: sent, delivered: all.delivered() }
  if (order.as === 'pace') return { p99: await listening(() => pace(order.perSecond, order.ms)) }
  if (order.as === 'stop') {
    await all.runtime.stop()
    return {}
  }
  const before = all.delivered()
  const start = performance.now()
  await flood(order.ms)
  return { perSecond: ((all.delivered() - before) / 3 / (performance.now() - start)) * 1000 }
}

process.on('message', (order: Order) => {
  void obey(order).then((answer) => process.send!(answer, () => order.as === 'stop' && process.exit(0)))
})
await all.runtime.start()
process.send!({})

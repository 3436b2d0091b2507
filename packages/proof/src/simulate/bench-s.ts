import { simulate } from '@xconnector/core/testing'
import { orders, ordersOptions } from './orders.ts'
const rounds = Number(process.argv[2] ?? 12),
  n = 30
await simulate([orders], { ...ordersOptions, seeds: { from: 1, count: 60 } })
const all: number[] = []
let r
for (let i = 0; i < rounds; i++) {
  const c0 = process.cpuUsage()
  r = await simulate([orders], { ...ordersOptions, seeds: { from: 1, count: n } })
  const c = process.cpuUsage(c0)
  all.push((c.user + c.system) / 1000 / n)
}
all.sort((a, b) => a - b)
console.log(
  'cpu ms/seed min',
  all[0]!.toFixed(2),
  'median',
  all[rounds >> 1]!.toFixed(2),
  'steps',
  r!.steps / n,
  'points',
  r!.points / n,
  'faults',
  Object.values(r!.faults).reduce((a, b) => a + b) / n,
  'fewest',
  r!.fewestFaults,
  'restarts',
  r!.restarts / n,
  'calls',
  r!.calls / n,
)

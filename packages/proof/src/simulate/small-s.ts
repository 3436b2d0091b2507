import { simulate } from '@xconnector/core/testing'
import { assets, assetsOptions } from './assets.ts'
import { payments, paymentsOptions } from './payments.ts'
import { stockScene } from './stock.ts'
const [which, count = '100', from = '1'] = process.argv.slice(2)
const seeds = { from: Number(from), count: Number(count) }
const c0 = process.cpuUsage()
const { flows, options } = stockScene()
const r =
  which === 'assets'
    ? await simulate([assets], { ...assetsOptions, seeds })
    : which === 'payments'
      ? await simulate([payments], { ...paymentsOptions, seeds })
      : await simulate(flows, { ...options, seeds })
const c = process.cpuUsage(c0)
console.log(
  'cpu',
  ((c.user + c.system) / 1000 / seeds.count).toFixed(2),
  JSON.stringify({ ...r, ledger: undefined, laws: undefined }),
)

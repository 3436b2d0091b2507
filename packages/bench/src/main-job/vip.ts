// VIP: its reference server, which processes a version as soon as it is made. Its events go nowhere.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { vipServer } from '@xconnector/vip/testing'
import { workFolder } from '../harness/places.ts'
import { obeying } from '../harness/obeying.ts'
import type { Order } from './orders.ts'

const EVERY_MS = 2
const directory = mkdtempSync(join(workFolder('main-job'), 'vip-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
const server = vipServer({ directory, token: process.env['VIP_TOKEN'] ?? '' })
const { url } = await server.listen()
let expected = 0

obeying<Order>({ url }, async (order) => {
  if (order.as !== 'await') return {}
  expected += order.n
  while (server.assets.filter(({ status }) => status === 'published').length < expected) await sleep(EVERY_MS)
  const [violation] = server.violations
  if (violation !== undefined) throw new Error(`the contract was broken: ${JSON.stringify(violation)}`)
  return {}
})

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createRuntime, memoryJournal, silentLogger, type Logger, type Runtime } from '@xconnector/core'
import express from 'express'
import { fastify } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hooks, orders } from '../src/orders.ts'
import { HOOK_SECRET, pay } from './support/payment.ts'

let runtime: Runtime
let said: string[]

beforeEach(async () => {
  said = []
  const log: Logger = { ...silentLogger, error: (_fields, text) => void said.push(String(text)) }
  runtime = createRuntime({
    flows: [orders],
    journal: memoryJournal(),
    config: { HOOK_SECRET, WAREHOUSE_URL: 'http://127.0.0.1:9' },
    log,
  })
  await runtime.start()
})
afterEach(() => runtime.stop())

const REMEDY = 'Mount the ingress before any body parser'

test('a body parser before the ingress is said so by Express, to the sender and once to the log', async () => {
  const server = express().use(express.json()).use(hooks.node).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answers = [await pay(url, 'o-1'), await pay(url, 'o-2')]
  expect(answers.map((a) => a.status)).toEqual([500, 500])
  expect(await answers[0]!.json()).toMatchObject({ detail: expect.stringContaining(REMEDY) })
  expect(said).toEqual([expect.stringContaining(REMEDY)])
  server.close()
  server.closeAllConnections()
})

test('a route outside of the scope without parsers is said so by Fastify', async () => {
  const app = fastify()
  app.all('/hooks/*', (request, reply) => {
    reply.hijack()
    hooks.node(request.raw, reply.raw)
  })
  const answer = await pay(await app.listen({ port: 0, host: '127.0.0.1' }), 'o-1')
  expect(answer.status).toBe(500)
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(REMEDY) })
  expect(said).toEqual([expect.stringContaining(REMEDY)])
  await app.close()
})

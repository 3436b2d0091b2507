import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { byKind, createDestination, createRuntime, flow, right, silentLogger, target } from '@xconnector/core'
import { ingress, sharedToken } from '@xconnector/http'
import { ops } from '@xconnector/http/ops'
import { sqlite } from '@xconnector/sqlite'
import { expect, it, onTestFinished } from 'vitest'
import * as t from 'io-ts'

const soon = { interval: 10, timeout: 30_000 }
const TOKEN = 'a-token-of-the-sender'

/** A service as it is run: webhooks and operation on one server, a flow, a journal on a disk of 600 kB. */
const service = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'xconnector-full-'))
  const hooks = ingress({ basePath: '/hooks' })
  const source = hooks.webhook({
    path: '/orders',
    body: t.type({ id: t.string, text: t.string }),
    verify: sharedToken({ header: 'x-token', token: TOKEN }),
    dedupe: { field: 'id' },
  })
  const delivered: string[] = []
  const gate = Promise.withResolvers<void>()
  const put = target({
    name: 'put',
    destination: createDestination({ name: 'site', concurrency: 1000 }),
    effect: 'keyed' as const,
    async call({ id }: { readonly id: string }) {
      await gate.promise
      delivered.push(id)
      return { result: right(undefined), seen: { as: 'ok' as const } }
    },
  })
  const runtime = createRuntime({
    flows: [flow('orders').from(source).to(put).otherwise(byKind())],
    journal: sqlite({ file: join(directory, 'x.db'), thread: 'main', maxBytes: 600_000, log: silentLogger }),
    log: silentLogger,
  })
  const operation = ops(runtime, { authorize: () => false, log: silentLogger })
  await runtime.start()
  const server = createServer((request, response) =>
    hooks.node(request, response, () => operation.node(request, response)),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    gate.resolve()
    await runtime.stop({ grace: '1s' }).catch(() => {})
    operation.close()
    server.closeAllConnections()
    server.close()
    await rm(directory, { recursive: true, force: true })
  })
  return {
    delivered,
    /** Sends one message; what is answered. */
    async post(id: string) {
      const answer = await fetch(`${at}/hooks/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-token': TOKEN },
        body: JSON.stringify({ id, text: 'x'.repeat(40_000) }),
      })
      return {
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        text: await answer.text(),
      }
    },
    ready: async () => (await fetch(`${at}/ops/readyz`)).status,
    alive: async () => (await fetch(`${at}/ops/livez`)).status,
    deliver: () => gate.resolve(),
  }
}

it('a webhook on a full disk is answered 503 with Retry-After; what was acknowledged is delivered; it goes on by itself', async () => {
  const s = await service()
  const acknowledged: string[] = []
  let refused: Awaited<ReturnType<typeof s.post>> | undefined
  for (let n = 0; refused === undefined && n < 100; n++) {
    const answer = await s.post(`o-${n}`)
    if (answer.status === 202) acknowledged.push(`o-${n}`)
    else refused = answer
  }
  expect(acknowledged.length).toBeGreaterThan(3)
  expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) as string })
  // Whoever sends needs to know when, and nothing of our disk.
  expect(refused?.text).not.toMatch(/x\.db|xconnector-full/)
  // Those that come meanwhile are turned away too; what is at fault is not the process.
  expect((await Promise.all(['p-1', 'p-2', 'p-3'].map((id) => s.post(id)))).map((a) => a.status)).toEqual([
    503, 503, 503,
  ])
  expect([await s.ready(), await s.alive()]).toEqual([503, 200])
  // What is delivered makes room.
  s.deliver()
  await expect.poll(() => s.delivered.toSorted(), soon).toEqual(acknowledged.toSorted())
  await expect.poll(s.ready, soon).toBe(200)
  // The sender comes again with what it was refused, and with something that it had been acknowledged.
  const again = [...acknowledged.slice(0, 1), 'p-1', 'p-2', 'p-3']
  await expect.poll(async () => (await s.post('p-1')).status, soon).toBe(202)
  expect((await Promise.all(again.map((id) => s.post(id)))).map((a) => a.status)).toEqual([
    202, 202, 202, 202,
  ])
  await expect.poll(() => s.delivered.length, soon).toBe(acknowledged.length + 3)
  expect(new Set(s.delivered)).toEqual(new Set([...acknowledged, 'p-1', 'p-2', 'p-3']))
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { byKind, createRuntime, flow, memoryJournal, memoryStore } from '@xconnector/core'
import { directoryStore, release } from '@xconnector/core/patterns'
import { bytes, http, ingress, type ReceivedFile } from '../../src/index.js'
import { httpServer, send } from '../support/loopback.js'
import { made, sha256, until } from '../support/streams.js'
import { signedBySender, signedFile } from './filed.js'

test('a file goes through a flow to another server, and is removed when the flow is done with it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'filed-'))
  const got: { size: number; sha256: string; name: unknown }[] = []
  await using remote = await httpServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (c: Buffer) => chunks.push(c))
    req.on('end', () => {
      const all = Buffer.concat(chunks)
      got.push({ size: all.length, sha256: sha256(all), name: req.headers['x-name'] })
      res.writeHead(201).end()
    })
  })
  const store = directoryStore({ dir, name: 'in' })
  const hooks = ingress()
  const source = hooks.file({ path: '/orders/:order', store, verify: signedBySender, keep: '30d' })
  const shop = http({ name: 'shop', baseUrl: remote.url })
  const keep = shop.target({
    name: 'keep',
    method: 'PUT',
    path: (f: ReceivedFile<'/orders/:order'>) => `/orders/${f.params.order}`,
    effect: 'idempotent',
    headers: (f) => ({ 'x-name': f.name ?? '' }),
    body: bytes(async ({ file }: ReceivedFile<'/orders/:order'>, ctx) => ({
      stream: await store.open(file, { ctx }),
      length: file.size,
      sha256: file.sha256,
    })),
  })
  const documents = flow('documents')
    .from(source)
    .to(keep)
    .to(release('release', store, (f) => f.file))
    .otherwise(byKind())
  const runtime = createRuntime({ flows: [documents], journal: memoryJournal() })
  await runtime.start()
  await using server = await httpServer(hooks.node)
  const body = Buffer.concat((await made(3_000_000).toArray()) as Buffer[])
  const headers = { ...signedFile(body), 'content-disposition': 'attachment; filename="a.pdf"' }
  const answer = await send(`${server.url}/orders/7`, { headers, body })
  expect(answer.status).toBe(202)
  await until(() => got.length === 1)
  await until(() => runtime.idle)
  await runtime.stop()
  expect(got).toEqual([{ size: body.length, sha256: sha256(body), name: 'a.pdf' }])
  await expect(store.open({ provider: 'in', id: 'a'.repeat(64), version: '' })).rejects.toThrow()
  expect(await store.sweep('0s')).toBe(0)
  shop.close()
  await rm(dir, { recursive: true })
})

test('whatever fails between file and message, there is never a message without its file', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'filed-'))
  const kept = memoryStore()
  const store = directoryStore({ dir, name: 'in' })
  // A journal that writes, and then does not say so: as a crash between the commit and the answer.
  const journal = memoryJournal({ store: kept })
  let lose = true
  const lossy = new Proxy(journal, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name)
      if (name !== 'accept') return typeof value === 'function' ? value.bind(of) : value
      return async (...args: Parameters<typeof journal.accept>) => {
        const taken = await journal.accept(...args)
        if (args[0].length > 0 && lose) throw new Error('the answer was lost')
        return taken
      }
    },
  })
  const opened: boolean[] = []
  const hooks = ingress()
  const source = hooks.file({ path: '/f', store, verify: signedBySender })
  const documents = flow('documents')
    .from(source)
    .tap('open', async ({ file }) => {
      const stream = await store.open(file)
      opened.push(sha256(Buffer.concat((await stream.toArray()) as Buffer[])) === file.sha256)
    })
    .otherwise(byKind())
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const runtime = createRuntime({ flows: [documents], journal: lossy, log })
  await runtime.start()
  const sent = (): Promise<Response> =>
    hooks.fetch(new Request('http://x.test/f', { method: 'POST', body: 'abc', headers: signedFile('abc') }))
  expect((await sent()).status).toBe(500)
  lose = false
  // For a second it takes nothing, then the sender's next attempt is a repeat of what was stored.
  await until(() => opened.length === 1 || runtime.health().pending === 0)
  let again = await sent()
  while (again.status === 503) {
    await new Promise((resolve) => setImmediate(resolve))
    again = await sent()
  }
  expect(again.status).toBe(202)
  await until(() => opened.length === 1)
  await runtime.stop()
  expect(opened).toEqual([true])
  await rm(dir, { recursive: true })
})

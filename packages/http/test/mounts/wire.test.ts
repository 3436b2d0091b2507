import { once } from 'node:events'
import { createServer, connect as connectHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Agent, request } from 'node:http'
import { expect, test } from 'vitest'
import { httpServer, opened, raw } from '../support/loopback.js'
import { mounted } from '../support/mounted.js'
import { signed } from '../support/signed.js'

const head = (method: string, path: string, headers: Record<string, string> = {}): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: a',
    ...Object.entries(headers).map(([k, v]) => `${k}: ${v}`),
    '',
    '',
  ].join('\r\n')

test('requests in a pipeline are answered in their order', async () => {
  const { hooks, intake } = await mounted()
  await using server = await httpServer(hooks.node)
  const hook = head('POST', '/api/hook', { ...signed('{}'), 'content-length': '2' }) + '{}'
  const text = await raw(
    server.port,
    head('GET', '/api/items/1') +
      hook +
      head('HEAD', '/api/items/2') +
      head('GET', '/none', { connection: 'close' }),
  )
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 202',
    'HTTP/1.1 200',
    'HTTP/1.1 404',
  ])
  expect(intake.got.length).toBe(1)
})

test('who expects 100-continue is told to go on, and then answered', async () => {
  const { hooks } = await mounted()
  await using server = await httpServer(hooks.node)
  const headers = { ...signed('{}'), 'content-length': '2', expect: '100-continue', connection: 'close' }
  const socket = await opened(server.port, head('POST', '/api/hook', headers))
  const [first] = (await once(socket, 'data')) as [Buffer]
  expect(first.toString()).toMatch(/^HTTP\/1\.1 100 /)
  socket.write('{}')
  const [second] = (await once(socket, 'data')) as [Buffer]
  expect(second.toString()).toMatch(/^HTTP\/1\.1 202 /)
})

test('a connection is kept over answers of all kinds', async () => {
  const { hooks } = await mounted()
  await using server = await httpServer(hooks.node)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ports = new Set<number>()
  const ask = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<number> =>
    new Promise((resolve, reject) => {
      const req = request(`${server.url}${path}`, { method, headers, agent }, (res) => {
        ports.add(res.socket.localPort!)
        res.resume().on('end', () => resolve(res.statusCode!))
      })
      req.on('error', reject).end(body)
    })
  const json = { 'content-type': 'application/json' }
  const statuses = [
    await ask('POST', '/api/hook', signed('{}'), '{}'),
    await ask('POST', '/api/items/1', json, '{"n":"x"}'),
    await ask('POST', '/api/items/1', json, '{"n":1}'),
    await ask('HEAD', '/api/items/1', {}, ''),
    await ask('OPTIONS', '/api/items/1', {}, ''),
    await ask('GET', '/none', {}, ''),
  ]
  agent.destroy()
  expect([statuses, ports.size]).toEqual([[202, 400, 200, 200, 405, 404], 1])
})

test('under HTTP/2, by the compatible interface of Node', async () => {
  const { hooks, intake } = await mounted()
  const server = createServer(hooks.node as never)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const ask = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const stream = client.request({ ':method': method, ':path': path, ...headers })
    stream.end(body)
    const [told] = (await once(stream, 'response')) as [Record<string, unknown>]
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    return [told[':status'], text]
  }
  const answers = [
    await ask('POST', '/api/hook', signed('{}'), '{}'),
    await ask('GET', '/api/items/1?a=b', {}),
    await ask('HEAD', '/api/items/1', {}),
  ]
  client.close()
  await new Promise((resolve) => server.close(resolve))
  expect(answers).toEqual([
    [202, '{"id":"id-1"}'],
    [200, '{"params":{"id":"1"},"query":{"a":"b"}}'],
    [200, ''],
  ])
  expect(intake.got.length).toBe(1)
})

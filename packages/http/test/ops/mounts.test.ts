import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { honoServer } from '../support/hono-server.js'
import { httpServer, send } from '../support/loopback.js'
import { operated } from './operated.js'

const JSON_TYPE = { 'content-type': 'application/json' }

/** What a mounted service answers to a round of requests. */
const round = async (url: string): Promise<unknown> => {
  const get = (path: string) => send(`${url}${path}`, { method: 'GET' })
  const pause = await send(`${url}/ops/pause`, { headers: JSON_TYPE, body: '{"flow":"publish"}' })
  const status = await get('/ops/status')
  const resume = await send(`${url}/ops/resume`, { headers: JSON_TYPE, body: '{"flow":"publish"}' })
  const head = await send(`${url}/ops/readyz`, { method: 'HEAD' })
  return {
    pause: [pause.status, pause.text],
    paused: (JSON.parse(status.text) as { paused: unknown[] }).paused.length,
    resume: [resume.status, resume.text],
    head: [head.status, head.text],
    method: (await send(`${url}/ops/status`, { method: 'DELETE' })).headers['allow'],
    form: (
      await send(`${url}/ops/pause`, {
        headers: { 'content-type': 'text/plain' },
        body: '{"flow":"publish"}',
      })
    ).status,
    dead: (await get('/ops/dead/a%2Fb')).status,
    metrics: (await get('/ops/metrics')).headers['content-type'],
  }
}

const ANSWERS = {
  pause: [200, '{"paused":{"flow":"publish"}}'],
  paused: 1,
  resume: [200, '{"resumed":{"flow":"publish"}}'],
  head: [200, ''],
  method: 'GET, HEAD, OPTIONS',
  form: 415,
  dead: 404,
  metrics: 'text/plain; version=0.0.4; charset=utf-8',
}

test('a body that does not come is answered 408, and its connection is closed', async () => {
  await using o = await operated({ ops: { timeout: '100ms' } })
  await using server = await httpServer(o.ops.node)
  const socket = connect(server.port, '127.0.0.1')
  socket.write(
    'POST /ops/pause HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  )
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(answer.toLowerCase()).toContain('connection: close')
})

const own = async (url: string): Promise<unknown> => {
  const answer = await send(`${url}/own`, { headers: JSON_TYPE, body: '{"a":1}' })
  return [answer.status, answer.text]
}

test('on a plain server, alone and before a listener of its own', async () => {
  await using o = await operated()
  await using alone = await httpServer(o.ops.node)
  expect(await round(alone.url)).toEqual(ANSWERS)
  expect((await send(`${alone.url}/else`, {})).status).toBe(404)
  await using before = await httpServer((req, res) =>
    o.ops.node(req, res, () => void res.writeHead(418).end()),
  )
  expect(await round(before.url)).toEqual(ANSWERS)
  expect((await send(`${before.url}/else`, {})).status).toBe(418)
})

test('in Express 5, before a body parser and behind one', async () => {
  await using o = await operated()
  for (const first of ['ops', 'parser']) {
    const app = express()
    if (first === 'ops') app.use(o.ops.node)
    app.use(express.json())
    if (first === 'parser') app.use(o.ops.node)
    app.post('/own', (req, res) => void res.json({ got: req.body as unknown }))
    await using server = await httpServer(app)
    expect(await round(server.url)).toEqual(ANSWERS)
    expect(await own(server.url)).toEqual([200, '{"got":{"a":1}}'])
  }
})

test('in Express 5 behind a parser that left no JSON, an act says so', async () => {
  await using o = await operated()
  const app = express()
  app.use(express.text({ type: '*/*' }))
  app.use(o.ops.node)
  await using server = await httpServer(app)
  const answer = await send(`${server.url}/ops/pause`, { headers: JSON_TYPE, body: '{"flow":"publish"}' })
  expect([answer.status, /read the body before/.test(answer.text)]).toEqual([500, true])
  expect((await send(`${server.url}/ops/status`, { method: 'GET' })).status).toBe(200)
})

test('in Fastify 5, as a hook before bodies are parsed', async () => {
  await using o = await operated()
  const app = fastify()
  app.addHook('onRequest', (request, reply, done) => o.ops.node(request.raw, reply.raw, () => done()))
  app.post('/own', (request) => ({ got: request.body }))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  expect(await round(url)).toEqual(ANSWERS)
  expect(await own(url)).toEqual([200, '{"got":{"a":1}}'])
  await app.close()
})

test('in Hono, on Node', async () => {
  await using o = await operated()
  const app = new Hono()
  app.all('/ops/*', (c) => o.ops.fetch(c.req.raw))
  app.post('/own', async (c) => c.json({ got: await c.req.json<unknown>() }))
  await using server = await honoServer(app.fetch)
  expect(await round(server.url)).toEqual(ANSWERS)
  expect(await own(server.url)).toEqual([200, '{"got":{"a":1}}'])
})

test('below another path, or at the root', async () => {
  await using o = await operated({ ops: { basePath: '/internal/x' } })
  expect((await o.get('/internal/x/status')).status).toBe(200)
  expect((await o.get('/ops/status')).status).toBe(404)
  await using root = await operated({ ops: { basePath: '' } })
  expect((await root.get('/livez')).status).toBe(200)
  expect((await root.get('/dead/a/b')).status).toBe(404)
})

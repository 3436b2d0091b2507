import { createServer } from 'node:http'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { httpServer, send } from '../support/loopback.js'
import { ANSWERS, mounted, PARSED_BEFORE, round } from '../support/mounted.js'
import { signed } from '../support/signed.js'

const on = (app: express.Express) => httpServer(app)

describe('in Express 5', () => {
  test('before the body parser, beside routes of its own', async () => {
    const { hooks } = await mounted()
    const app = express()
    app.use(hooks.node)
    app.use(express.json())
    app.post('/own', (req, res) => void res.json({ got: req.body as unknown }))
    await using server = await on(app)
    expect(await round(server.url)).toEqual(ANSWERS)
    const own = await send(`${server.url}/own`, {
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect([own.status, own.text]).toEqual([200, '{"got":{"a":1}}'])
  })

  test('under a path that Express cuts off, and in a router', async () => {
    for (const mount of ['use', 'router'] as const) {
      const { hooks } = await mounted()
      const app = express()
      if (mount === 'use') app.use('/api', hooks.node)
      else {
        const router = express.Router()
        router.use(hooks.node)
        app.use('/api', router)
      }
      await using server = await on(app)
      expect(await round(server.url)).toEqual(ANSWERS)
    }
  })

  test('as the handler of a route', async () => {
    const { hooks } = await mounted()
    const app = express()
    app.all('/api/*rest', hooks.node)
    await using server = await on(app)
    expect(await round(server.url)).toEqual(ANSWERS)
  })

  test('behind a body parser it says so, and serves what has no body', async () => {
    const { hooks, intake } = await mounted()
    const app = express()
    app.use(express.json())
    app.use(hooks.node)
    await using server = await on(app)
    const hook = await send(`${server.url}/api/hook`, { headers: signed('{}'), body: '{}' })
    const headers = { 'content-type': 'application/json' }
    const post = await send(`${server.url}/api/items/7`, { headers, body: '{"n":1}' })
    expect([hook.status, post.status, intake.got.length]).toEqual([500, 500, 0])
    expect(hook.text).toMatch(PARSED_BEFORE)
    expect((await send(`${server.url}/api/items/7`, { method: 'GET' })).status).toBe(200)
  })

  test('what is not of the ingress goes on, to the end of the middlewares and to error handlers', async () => {
    const { hooks } = await mounted()
    const app = express()
    app.use(hooks.node)
    app.use('/fails', () => {
      throw new Error('own')
    })
    app.use((_error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
      res.status(418).end()
    })
    await using server = await on(app)
    expect((await send(`${server.url}/fails`, {})).status).toBe(418)
    expect((await send(`${server.url}/api/none`, {})).status).toBe(404)
  })
})

describe('on a plain server', () => {
  test('as its listener', async () => {
    const { hooks } = await mounted()
    await using server = await httpServer(hooks.node)
    expect(await round(server.url)).toEqual(ANSWERS)
    expect((await send(`${server.url}/else`, {})).status).toBe(404)
  })

  test('a server takes it as it is', async () => {
    const { hooks } = await mounted()
    const server = createServer(hooks.node)
    expect(server.listenerCount('request')).toBe(1)
  })

  test('before a listener of its own', async () => {
    const { hooks } = await mounted()
    await using server = await httpServer((req, res) =>
      hooks.node(req, res, () => void res.writeHead(418).end()),
    )
    expect(await round(server.url)).toEqual(ANSWERS)
    expect((await send(`${server.url}/else`, {})).status).toBe(418)
  })
})

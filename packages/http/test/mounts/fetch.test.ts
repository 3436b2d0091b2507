import { Hono } from 'hono'
import { NextRequest } from 'next/server.js'
import { describe, expect, test } from 'vitest'
import { honoServer } from '../support/hono-server.js'
import { send } from '../support/loopback.js'
import { ANSWERS, mounted, PARSED_BEFORE, round } from '../support/mounted.js'
import { signed } from '../support/signed.js'

describe('in Hono, on Node', () => {
  test('the platform keeps its own Request and Response for the tests that follow', async () => {
    const own = [globalThis.Request, globalThis.Response]
    await (await honoServer(() => new Response()))[Symbol.asyncDispose]()
    expect([globalThis.Request, globalThis.Response]).toEqual(own)
    expect(() => new Response(null, { headers: { 'x-odd': '✓' } })).toThrow(TypeError)
  })

  test('as a route, beside others', async () => {
    const { hooks } = await mounted()
    const app = new Hono()
    app.all('/api/*', (c) => hooks.fetch(c.req.raw))
    app.post('/own', async (c) => c.json({ got: await c.req.json<unknown>() }))
    await using server = await honoServer(app.fetch)
    expect(await round(server.url)).toEqual(ANSWERS)
    const own = await send(`${server.url}/own`, { body: '{"a":1}' })
    expect([own.status, own.text]).toEqual([200, '{"got":{"a":1}}'])
  })

  test('mounted as a WHATWG handler that keeps the whole path', async () => {
    const { hooks } = await mounted()
    const app = new Hono()
    app.mount('/api', hooks.fetch, { replaceRequest: false })
    await using server = await honoServer(app.fetch)
    expect(await round(server.url)).toEqual(ANSWERS)
  })

  test('behind somebody who has read the body it says so', async () => {
    const { hooks, intake } = await mounted()
    const app = new Hono()
    app.use(async (c, next) => {
      await c.req.raw.text()
      await next()
    })
    app.all('/api/*', (c) => hooks.fetch(c.req.raw))
    await using server = await honoServer(app.fetch)
    const hook = await send(`${server.url}/api/hook`, { headers: signed('{}'), body: '{}' })
    expect([hook.status, intake.got.length]).toEqual([500, 0])
    expect(hook.text).toMatch(PARSED_BEFORE)
  })

  test('alone', async () => {
    const { hooks } = await mounted()
    await using server = await honoServer(hooks.fetch)
    expect(await round(server.url)).toEqual(ANSWERS)
  })
})

describe('in Next', () => {
  test('as route handlers of app/api/[...path]/route.ts', async () => {
    const { hooks } = await mounted()
    const handler = (request: NextRequest): Promise<Response> => hooks.fetch(request)
    const route: Readonly<Record<string, typeof handler>> = { GET: handler, POST: handler, DELETE: handler }
    await using server = await honoServer((request) => {
      const { method, url, headers, body } = request
      const next = new NextRequest(url, { method, headers, body, duplex: 'half' })
      // Next answers a HEAD by the handler of GET.
      return route[method === 'HEAD' ? 'GET' : method]!(next)
    })
    expect(await round(server.url)).toEqual(ANSWERS)
  })

  test('a request whose body a middleware has read is told so', async () => {
    const { hooks } = await mounted()
    const request = new NextRequest('http://shop.test/api/hook', { method: 'POST', body: '{}' })
    await request.json()
    const answer = await hooks.fetch(request)
    expect([answer.status, PARSED_BEFORE.test(await answer.text())]).toEqual([500, true])
  })
})

import { fastify, type FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { send } from '../support/loopback.js'
import { ANSWERS, mounted, PARSED_BEFORE, round } from '../support/mounted.js'
import { signed } from '../support/signed.js'

const listening = async (app: FastifyInstance) => ({
  url: await app.listen({ port: 0, host: '127.0.0.1' }),
  [Symbol.asyncDispose]: () => app.close(),
})

describe('in Fastify 5', () => {
  test('as a route of a scope without body parsers, beside routes with them', async () => {
    const { hooks } = await mounted()
    const app = fastify()
    void app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      scope.all('/api/*', (request, reply) => {
        reply.hijack()
        hooks.node(request.raw, reply.raw)
      })
    })
    app.post('/own', (request) => ({ got: request.body }))
    await using server = await listening(app)
    expect(await round(server.url)).toEqual(ANSWERS)
    const own = await send(`${server.url}/own`, {
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect([own.status, own.text]).toEqual([200, '{"got":{"a":1}}'])
  })

  test('as a hook before bodies are parsed', async () => {
    const { hooks } = await mounted()
    const app = fastify()
    app.addHook('onRequest', (request, reply, done) => {
      hooks.node(request.raw, reply.raw, () => done())
      // Answered, or being answered: the rest of Fastify is not asked.
    })
    app.post('/own', (request) => ({ got: request.body }))
    await using server = await listening(app)
    expect(await round(server.url)).toEqual(ANSWERS)
    const own = await send(`${server.url}/own`, {
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect([own.status, own.text]).toEqual([200, '{"got":{"a":1}}'])
    expect((await send(`${server.url}/none`, { method: 'GET' })).status).toBe(404)
  })

  test('behind its own body parser it says so', async () => {
    const { hooks, intake } = await mounted()
    const app = fastify()
    app.all('/api/*', (request, reply) => {
      reply.hijack()
      hooks.node(request.raw, reply.raw)
    })
    await using server = await listening(app)
    const hook = await send(`${server.url}/api/hook`, { headers: signed('{}'), body: '{}' })
    expect([hook.status, intake.got.length]).toEqual([500, 0])
    expect(hook.text).toMatch(PARSED_BEFORE)
  })
})

import type { Runtime } from '@xconnector/core'
import { ops } from '@xconnector/http/ops'
import { fastify, type FastifyInstance } from 'fastify'
import { Carts } from '../carts.ts'
import { operators } from '../operators.ts'
import { hooks } from '../orders.ts'

/** The shop on Fastify 5: its own routes, the webhooks, and what a load balancer asks. */
export const shop = (runtime: Runtime): FastifyInstance => {
  const carts = new Carts()
  const app = fastify()

  // A scope of its own, in which nothing parses a body: a webhook's signature is over its raw bytes.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.all('/hooks/*', (request, reply) => {
      reply.hijack()
      hooks.node(request.raw, reply.raw)
    })
  })

  // Below /ops: what the flows do, metrics, dead letters and their repair, for who has a token.
  const { node } = ops(runtime, { authorize: operators })
  app.addHook('onRequest', (request, reply, done) => node(request.raw, reply.raw, () => done()))

  app.post<{ Body: { items: readonly string[] } }>('/carts', (request, reply) =>
    reply.code(201).send(carts.add(request.body.items)),
  )
  app.get<{ Params: { id: string } }>('/carts/:id', (request, reply) => {
    const cart = carts.find(request.params.id)
    return reply.code(cart === undefined ? 404 : 200).send(cart ?? { error: 'no such cart' })
  })

  // The process is alive. It is ready when its journal is: a warehouse that is down is no reason to restart it.
  app.get('/health', (_request, reply) => reply.send({ status: 'ok' }))
  app.get('/ready', (_request, reply) => {
    const health = runtime.health()
    return reply.code(health.status === 'ready' ? 200 : 503).send(health)
  })
  return app
}

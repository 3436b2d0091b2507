import type { Runtime } from '@xconnector/core'
import { ops } from '@xconnector/http/ops'
import express, { type Express } from 'express'
import { Carts } from '../carts.ts'
import { operators } from '../operators.ts'
import { hooks } from '../orders.ts'

/** The shop on Express 5: its own routes, the webhooks, and what a load balancer asks. */
export const shop = (runtime: Runtime): Express => {
  const carts = new Carts()
  const app = express()
  app.disable('x-powered-by')

  // Before the body parser: a webhook's signature is over its raw bytes. What is no webhook goes on.
  app.use(hooks.node)
  // Below /ops: what the flows do, metrics, dead letters and their repair, for who has a token.
  app.use(ops(runtime, { authorize: operators }).node)
  app.use(express.json())

  app.post('/carts', (request, response) => {
    const { items } = request.body as { items: readonly string[] }
    response.status(201).json(carts.add(items))
  })
  app.get('/carts/:id', (request, response) => {
    const cart = carts.find(request.params.id)
    response.status(cart === undefined ? 404 : 200).json(cart ?? { error: 'no such cart' })
  })

  // The process is alive. It is ready when its journal is: a warehouse that is down is no reason to restart it.
  app.get('/health', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.get('/ready', (_request, response) => {
    const health = runtime.health()
    response.status(health.status === 'ready' ? 200 : 503).json(health)
  })
  return app
}

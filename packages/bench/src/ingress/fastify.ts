import { fastify } from 'fastify'
import { byHand } from './by-hand.ts'
import { serving } from '../load/serving.ts'

/** Fastify with bodies as they come. */
const receive = byHand()
const app = fastify({ keepAliveTimeout: 60_000 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
app.post('/hooks/entries', async (request, reply) => {
  const { status, id } = await receive(
    request.body as Buffer,
    (name) => request.headers[name] as string | undefined,
  )
  return reply.code(status).send({ id })
})
await app.listen({ host: '127.0.0.1', port: 0 })
await serving(app.server)

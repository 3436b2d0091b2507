import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { untyped } from '../harness/untyped.ts'
import { byHand } from './by-hand.ts'
import { serving } from '../load/serving.ts'

interface Request extends IncomingMessage {
  readonly body: Buffer
  get(name: string): string | undefined
}
interface Response extends ServerResponse {
  status(code: number): Response
  json(body: unknown): void
}
type Handler = (request: Request, response: Response) => Promise<void>
interface Express {
  (): RequestListener & { post(path: string, parser: unknown, handler: Handler): void }
  raw(options: { readonly type: string }): unknown
}

/** Express 5 with its raw parser. */
const express = untyped<Express>('express')
const receive = byHand()
const app = express()
app.post('/hooks/entries', express.raw({ type: 'application/json' }), async (request, response) => {
  const { status, id } = await receive(request.body, (name) => request.get(name))
  response.status(status).json({ id })
})
await serving(createServer(app))

import { createServer, type RequestListener } from 'node:http'
import { byHand } from './by-hand.ts'
import { serving } from '../load/serving.ts'

interface Context {
  readonly req: { arrayBuffer(): Promise<ArrayBuffer>; header(name: string): string | undefined }
  json(body: unknown, status: number): unknown
}
interface Hono {
  readonly fetch: (request: Request) => Promise<Response>
  post(path: string, handler: (context: Context) => Promise<unknown>): void
}

// By names that the compiler does not follow: they need not be installed.
const [hono, node] = ['hono', '@hono/node-server']
const { Hono } = (await import(hono)) as { readonly Hono: new () => Hono }
const { getRequestListener } = (await import(node)) as {
  getRequestListener(fetch: Hono['fetch']): RequestListener
}

/** Hono on its own server for Node. */
const receive = byHand()
const app = new Hono()
app.post('/hooks/entries', async (context) => {
  const raw = Buffer.from(await context.req.arrayBuffer())
  const { status, id } = await receive(raw, (name) => context.req.header(name))
  return context.json({ id }, status)
})
await serving(createServer(getRequestListener(app.fetch)))

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { DurableLines } from '../shared/durable-lines.ts'
import type { RequestLine } from '../shared/lines.ts'
import type { Behaviour, Delivery } from './behaviour.ts'

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

// The key is a quoted string (draft-ietf-httpapi-idempotency-key-header); systems that take none find it in the body.
const deliveryOf = (request: IncomingMessage, text: string): Delivery => {
  const body = JSON.parse(text) as Delivery
  const key = request.headers['idempotency-key']
  return key === undefined ? body : { ...body, entry: JSON.parse(key as string) as string }
}

/** A system: it takes requests, writes down each one that it answers, and only then answers. */
export const systemOf = (behaviour: Behaviour, log: DurableLines<RequestLine>): Server => {
  const applied = new Set<string>()

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const delivery = deliveryOf(request, await read(request))
    const reaction = behaviour.react(delivery)
    await wait(reaction.after)
    const { sku, version, entry } = delivery
    const status = reaction.answer === 'cut' ? 0 : reaction.answer.status
    if (reaction.applied) applied.add(entry)
    await log.append({ at: Date.now(), sku, version, entry, applied: reaction.applied, status })
    if (reaction.answer === 'cut') return void response.destroy()
    const { headers, body = {} } = reaction.answer
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

  const tell = (request: IncomingMessage, response: ServerResponse): void => {
    const entry = decodeURIComponent(request.url!.slice(request.url!.lastIndexOf('/') + 1))
    response.writeHead(applied.has(entry) ? 200 : 404).end()
  }

  return createServer((request, response) => {
    if (request.method === 'GET') return tell(request, response)
    // A sender that was killed in the middle of a request has nobody left to answer.
    take(request, response).catch(() => response.destroy())
  })
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Behaviour, Keyed } from './behaviour.ts'
import type { DurableLines } from './durable-lines.ts'

/** What a system writes down of a request, beside the delivery. */
export interface Outcome {
  /** When it had come as a whole: epoch milliseconds. */
  readonly began: number
  /** When it is answered. */
  readonly at: number
  readonly applied: boolean
  /** The status it answers; 0: it cuts the connection instead. */
  readonly status: number
}

/** One system that requests are sent to. */
export interface SystemOptions<Delivery extends Keyed, Line extends Outcome> {
  readonly behaviour: Behaviour<Delivery>
  readonly log: DurableLines<Line>
  /** What came, from the JSON of the body and the key: the header's, or else the body's `entry`. */
  readonly read: (body: unknown, entry: string, request: IncomingMessage) => Delivery
  readonly line: (delivery: Delivery, outcome: Outcome) => Line
  /** Called with 1 when a request has come as a whole, and with -1 when it is answered: what the log will say. */
  readonly inside?: (change: 1 | -1) => void
}

/**
 * A system: it takes requests, writes down each one that it answers, and only then answers. Asked by GET for a key, at the
 * end of any path, it says whether it has taken that in.
 */
export const systemOf = <Delivery extends Keyed, Line extends Outcome>(
  options: SystemOptions<Delivery, Line>,
): Server => {
  const { behaviour, log, read, line, inside = () => {} } = options
  const applied = new Set<string>()

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: unknown = JSON.parse(await textOf(request))
    const began = Date.now()
    inside(1)
    const delivery = read(body, keyOf(request, body), request)
    const reaction = behaviour.react(delivery)
    await wait(reaction.after)
    const status = reaction.answer === 'cut' ? 0 : reaction.answer.status
    if (reaction.applied) applied.add(delivery.entry)
    const at = Date.now()
    inside(-1)
    await log.append(line(delivery, { began, at, applied: reaction.applied, status }))
    if (reaction.answer === 'cut') return void response.destroy()
    const { headers, body: told = {} } = reaction.answer
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(told))
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

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

// The key is a quoted string (draft-ietf-httpapi-idempotency-key-header); systems that take none find it in the body.
const keyOf = (request: IncomingMessage, body: unknown): string => {
  const header = request.headers['idempotency-key']
  return typeof header === 'string' ? (JSON.parse(header) as string) : (body as Keyed).entry
}

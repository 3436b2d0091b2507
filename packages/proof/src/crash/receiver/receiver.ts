import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { chance } from '../chance.ts'
import { becomes } from '../cast/becomes.ts'
import type { Delivery, Receipt } from '../cast/delivery.ts'
import { LineLog } from '../line-log.ts'
import { placesIn } from '../places.ts'
import { PROCESS_HEADER } from '../process-header.ts'
import { reactionTo } from './reaction.ts'
import { tookEffect, type Received } from './request-log.ts'

// The remote of all flows. It is never killed, and writes down every request before it answers.
const places = placesIn(process.argv[2] ?? '')
const log = new LineLog(places.received)
const began = Date.now()
const tries = new Map<string, number>()
const taken = new Set<string>()
let healed = false

const receiptOf = ({ key, m, part }: Delivery): Receipt => ({
  m,
  part,
  was: becomes(m, part),
  receipt: key,
})

const answer = (response: ServerResponse, status: number, body: object, headers: object = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const post = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const delivery = JSON.parse(await text(request)) as Delivery
  const path = request.url ?? ''
  const nth = (tries.get(delivery.key) ?? 0) + 1
  tries.set(delivery.key, nth)
  const as = reactionTo(path, delivery, nth, Date.now() - began, healed)
  const header = request.headers['idempotency-key']
  const received: Received = {
    at: Date.now(),
    from: String(request.headers[PROCESS_HEADER]),
    path,
    ...(typeof header === 'string' && { header }),
    as,
    delivery,
  }
  log.write(JSON.stringify(received))
  if (tookEffect({ as })) taken.add(delivery.key)
  // Who is killed now has had his effect, and does not know it.
  await sleep(2 + 12 * chance('slow', delivery.key, nth))
  if (as === 'cut' || as === 'down') request.socket.destroy()
  else if (as === 'taken') answer(response, 200, receiptOf(delivery))
  else if (as === 'refused') answer(response, 422, { title: 'refused' })
  else
    answer(
      response,
      503,
      { title: 'busy' },
      chance('after', delivery.key) < 0.3 ? { 'retry-after': '1' } : {},
    )
}

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    // Who was killed while he sent has sent nothing.
    post(request, response).catch(() => request.socket.destroy())
    return
  }
  const key = new URL(request.url ?? '', 'http://receiver').searchParams.get('key') ?? ''
  const receipt: Receipt = { m: '', part: '', was: 'created', receipt: key }
  answer(response, 200, { seen: taken.has(key), receipt })
})
server.keepAliveTimeout = 60_000

process.on('disconnect', () => process.exit(1))
process.on('message', (word) => {
  if (word === 'heal') healed = true
  else process.exit(0)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

import { Agent } from 'node:http'
import axios from 'axios'
import { Pool } from 'undici'
import { inFlight } from '../journal/in-flight.ts'
import { messages } from '../journal/message.ts'
import { PLACES, type Sender, type SenderTo } from './sender.ts'

/** Workers that take the next request each: nothing is kept, nothing is tried again. */
const workers = (post: (path: string, body: unknown) => Promise<unknown>): Sender => ({
  send: (n, width) =>
    inFlight(n * PLACES.length, width, (i) =>
      post(`/${PLACES[i % PLACES.length]!}`, messages[Math.floor(i / PLACES.length) % messages.length]),
    ),
})

/** undici's pool, by itself: the least that this work takes. */
export const byUndici: SenderTo = (base) => {
  const pool = new Pool(base, { connections: 64 })
  const headers = { 'content-type': 'application/json' }
  return workers(async (path, body) => {
    const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) })
    return answer.body.json()
  })
}

/** axios as an API's client would have it: connections kept, redirects not followed. */
export const byAxios: SenderTo = (base) => {
  const client = axios.create({
    baseURL: base,
    httpAgent: new Agent({ keepAlive: true, maxSockets: 64 }),
    maxRedirects: 0,
  })
  return workers(async (path, body) => (await client.post<unknown>(path, body)).data)
}

import { Agent, request } from 'node:http'
import type { CallerOf } from './caller.ts'

/** node:http and nothing else. */
export const byNodeHttp: CallerOf = (base) => {
  const { hostname, port } = new URL(base)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const send = (method: string, body?: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers =
        body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const sent = request({ hostname, port, path: '/entries', method, agent, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (piece: string) => (text += piece))
        answer.on('end', () => resolve(JSON.parse(text)))
      })
      sent.on('error', reject).end(body)
    })
  return { get: () => send('GET'), post: (body) => send('POST', JSON.stringify(body)) }
}

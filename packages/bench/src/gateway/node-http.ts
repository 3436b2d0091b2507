import { Agent, createServer, request } from 'node:http'
import { serving } from '../load/serving.ts'
import { BACKEND } from './backend-url.ts'

/** node:http on both sides, with headers passed as they are: no proxy should be so careless, and none on it is faster. */
const { hostname, port } = new URL(BACKEND)
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
await serving(
  createServer((came, response) => {
    const { method = 'GET', url: path = '/', headers } = came
    const sent = request({ hostname, port, path, method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    sent.on('error', () => response.writeHead(502).end())
    came.pipe(sent)
  }),
)

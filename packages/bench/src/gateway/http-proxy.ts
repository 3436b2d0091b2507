import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { untyped } from '../harness/untyped.ts'
import { serving } from '../load/serving.ts'
import { BACKEND } from './backend-url.ts'

interface HttpProxy {
  createProxyServer(options: { readonly target: string; readonly agent: Agent }): {
    web(request: IncomingMessage, response: ServerResponse, options: object, failed: () => void): void
  }
}

// It uses what Node warns of.
process.noDeprecation = true

/** http-proxy with connections kept, which it does not do by itself. */
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const proxy = untyped<HttpProxy>('http-proxy').createProxyServer({ target: BACKEND, agent })
await serving(
  createServer((request, response) => proxy.web(request, response, {}, () => response.writeHead(502).end())),
)

import { createServer } from 'node:http'
import fastProxy from 'fast-proxy'
import { serving } from '../load/serving.ts'
import { BACKEND } from './backend-url.ts'

/** fast-proxy, over node:http or over undici. */
export const byFastProxy = (over: 'node:http' | 'undici'): Promise<void> => {
  const { proxy } = fastProxy({
    base: BACKEND,
    maxSockets: 256,
    ...(over === 'undici' && { undici: { connections: 256, pipelining: 1 } }),
  })
  return serving(createServer((request, response) => proxy(request, response, request.url ?? '/', {})))
}

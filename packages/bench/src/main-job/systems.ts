// The site and the portal: each takes whatever comes, and answers at once.
import { createServer, type IncomingMessage } from 'node:http'
import { onLoopback } from '../../../../examples/kit/src/loopback.ts'
import { obeying } from '../harness/obeying.ts'
import type { Order } from './orders.ts'

const taken = { site: new Set<string>(), portal: new Set<string>() }
let expected = 0
let reached = (): void => {}

const system = (name: keyof typeof taken, idOf: (request: IncomingMessage) => string): Promise<string> =>
  onLoopback(
    createServer((request, response) => {
      request.resume().on('end', () => {
        taken[name].add(idOf(request))
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
        if (taken.site.size >= expected && taken.portal.size >= expected) reached()
      })
    }),
  )

const urls = {
  site: await system('site', ({ url }) => url!),
  portal: await system('portal', ({ headers }) => String(headers['idempotency-key'])),
}

obeying<Order>(urls, async (order) => {
  if (order.as !== 'await') return {}
  expected += order.n
  await new Promise<void>((resolve) => {
    reached = resolve
    if (taken.site.size >= expected && taken.portal.size >= expected) resolve()
  })
  return {}
})

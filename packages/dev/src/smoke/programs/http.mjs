// Uses @xconnector/http as installed: a signed webhook in, a request out, over loopback.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { byKind, createRuntime, flow, memoryJournal, silentLogger } from '@xconnector/core'
import { http, ingress, json, signStandardWebhook, standardWebhooks } from '@xconnector/http'
import * as t from 'io-ts'

const receiver = createServer((request, response) => {
  request.setEncoding('utf8').once('data', (text) => {
    response.writeHead(204).end()
    receiver.emit('received', [request.method, request.url, JSON.parse(text)])
  })
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'
const hooks = ingress({ basePath: '/hooks' })
const paid = hooks.webhook({
  path: '/orders',
  body: t.type({ id: t.string }),
  verify: standardWebhooks({ secret }),
})
const put = http({ name: 'crm', baseUrl: `http://127.0.0.1:${receiver.address().port}` }).target({
  name: 'put',
  method: 'PUT',
  path: '/orders/:id',
  body: json(),
  effect: 'idempotent',
})
const orders = flow('orders').from(paid).to(put).otherwise(byKind())
const runtime = createRuntime({ flows: [orders], journal: memoryJournal(), log: silentLogger })
await runtime.start()
const front = createServer(hooks.node).listen(0, '127.0.0.1')
await once(front, 'listening')

const received = once(receiver, 'received')
const body = '{"id":"o-1"}'
const timestamp = Math.floor(Date.now() / 1000)
const answer = await fetch(`http://127.0.0.1:${front.address().port}/hooks/orders`, {
  method: 'POST',
  body,
  headers: {
    'content-type': 'application/json',
    ...signStandardWebhook({ secret, id: 'e-1', timestamp, body }),
  },
})
assert.equal(answer.status, 202)
assert.deepEqual(await received, [['PUT', '/orders/o-1', { id: 'o-1' }]])
await runtime.stop()
for (const server of [front, receiver]) {
  server.close()
  server.closeAllConnections()
}
console.log('works')

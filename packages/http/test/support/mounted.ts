import { z } from 'zod'
import { flow, silentLogger } from '@xconnector/core'
import { anyone, ingress, standardWebhooks, type EndpointRequest, type Ingress } from '../../src/index.js'
import { fakeIntake, type FakeIntake } from './fake-intake.js'
import { send, type Seen } from './loopback.js'
import { manualClock } from './manual-clock.js'
import { NOW, SECRET, signed } from './signed.js'

/** An ingress with one webhook and two endpoints, to be mounted below /api. */
export const mounted = async (): Promise<{ readonly hooks: Ingress; readonly intake: FakeIntake }> => {
  const hooks = ingress({ basePath: '/api', log: silentLogger })
  const clock = manualClock(NOW)
  const intake = fakeIntake({ clock })
  await hooks
    .webhook({ path: '/hook', body: z.unknown(), verify: standardWebhooks({ secret: SECRET }) })
    .start(intake)
  const echo = flow('echo').input<EndpointRequest>()
  const authorize = anyone({ because: 'a test' })
  hooks.endpoint({ method: 'GET', path: '/items/:id', authorize, flow: echo, cache: { control: 'no-cache' } })
  hooks.endpoint({
    method: 'POST',
    path: '/items/:id',
    authorize,
    flow: echo,
    body: z.object({ n: z.number() }),
  })
  return { hooks, intake }
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** What a mounted ingress answers to a round of requests, by what was asked. */
export const round = async (url: string): Promise<Readonly<Record<string, unknown>>> => {
  const body = '{"a":"é"}'
  const ask = (method: string, path: string, options: Parameters<typeof send>[1] = {}): Promise<Seen> =>
    send(`${url}${path}`, { ...options, method })
  const first = await ask('POST', '/api/hook', { headers: signed(body), body })
  const forged = await ask('POST', '/api/hook', { headers: signed('{}'), body })
  const get = await ask('GET', '/api/items/a%20b?q=1&q=2')
  const head = await ask('HEAD', '/api/items/a')
  const known = await ask('GET', '/api/items/a%20b?q=1&q=2', {
    headers: { 'if-none-match': String(get.headers['etag']) },
  })
  const post = await ask('POST', '/api/items/7', { headers: JSON_TYPE, body: '{"n":1}' })
  const wrong = await ask('POST', '/api/items/7', { headers: JSON_TYPE, body: '{"n":"1"}' })
  const method = await ask('DELETE', '/api/items/7')
  return {
    webhook: [first.status, first.text],
    forged: forged.status,
    get: [get.status, get.text, get.headers['content-type']],
    head: [head.status, head.text, head.headers['content-type']],
    known: [known.status, known.text],
    post: [post.status, post.text],
    wrong: [wrong.status, wrong.headers['content-type']],
    method: [method.status, String(method.headers['allow'])],
  }
}

/** The answers that every mount gives. */
export const ANSWERS: Readonly<Record<string, unknown>> = {
  webhook: [202, '{"id":"id-1"}'],
  forged: 401,
  get: [200, '{"params":{"id":"a b"},"query":{"q":["1","2"]}}', 'application/json'],
  head: [200, '', 'application/json'],
  known: [304, ''],
  post: [200, '{"params":{"id":"7"},"query":{},"body":{"n":1}}'],
  wrong: [400, 'application/problem+json'],
  method: [405, 'GET, HEAD, POST'],
}

/** What a body parser that came first leads to: the answer that says so. */
export const PARSED_BEFORE = /A body parser has read the body before the ingress/

import { HttpResponse, http as msw } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { config, flow, secret, url, type Deployable } from '@xconnector/core'
import { bearer, http, ingress, json, standardWebhooks, type CallFailure } from '../../src/index.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const site = http({ name: 'site', baseUrl: 'https://api.test' })
const Ack = z.object({ at: z.number() })
const post = site.target({
  name: 'post',
  method: 'POST',
  path: '/things',
  body: json<{ title: string }>(),
  response: Ack,
  effect: 'keyed',
})
const thing = site.query({ name: 'thing', path: '/things/:id', response: z.object({ title: z.string() }) })

describe('a target and a query in a flow', () => {
  test('a query replaces the body, a target keeps it or joins its reply', async () => {
    const seen: unknown[] = []
    server.use(
      msw.get('https://api.test/things/:id', ({ params }) =>
        HttpResponse.json({ title: `thing ${String(params['id'])}` }),
      ),
      msw.post('https://api.test/things', async ({ request }) => {
        seen.push(await request.json(), request.headers.get('idempotency-key'))
        return HttpResponse.json({ at: 7 })
      }),
    )
    const copy = flow('copy')
      .input<{ id: string }>()
      .via(thing)
      .to(post, { into: (body, reply) => ({ ...body, at: reply.at }) })
    expect(await copy.run({ id: 'a' })).toEqual({ title: 'thing a', at: 7 })
    expect(seen).toEqual([{ title: 'thing a' }, expect.stringMatching(/^"[0-9a-f-]{36}\/post"$/)])
  })

  test('a failure comes back by its tag, and every tag has to be routed', async () => {
    server.use(msw.post('https://api.test/things', () => new HttpResponse(null, { status: 410 })))
    const send = flow('send')
      .input<string>()
      .to(post.with((title) => ({ title })))
    const result = await send.call('x')
    expect(result).toMatchObject({ left: { _tag: 'Rejected', status: 410 } })
    type Left = Extract<typeof result, { _tag: 'Left' }>['left']
    expectTypeOf<Left>().toEqualTypeOf<CallFailure>()
    // @ts-expect-error nothing is routed
    const incomplete = (): Deployable => send.onError({})
    expect(incomplete).toBeTypeOf('function')
  })

  test('what it reads from the configuration is known before it starts', () => {
    const env = config({ URL: url, TOKEN: secret, HOOK: secret, APP: secret }, {})
    const client = http({
      name: 'c',
      baseUrl: env.URL,
      auth: bearer(env.TOKEN),
      headers: { 'x-app': env.APP },
    })
    const ping = client.target({ name: 'ping', method: 'POST', path: '/', effect: 'keyed' })
    expect(ping.settings?.map((s) => s.variable)).toEqual(['URL', 'APP', 'TOKEN'])
    const hook = ingress().webhook({ path: '/', body: Ack, verify: standardWebhooks({ secret: env.HOOK }) })
    expect(hook.settings?.map((s) => s.variable)).toEqual(['HOOK'])
  })
})

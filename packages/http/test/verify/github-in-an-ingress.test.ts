import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { ingress, github, stripeLike, type GithubOptions, type Ingress } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { fakeIntake, type FakeIntake } from '../support/fake-intake.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW } from '../support/signed.js'

const hooked = async (
  options: Partial<GithubOptions> = {},
): Promise<{ hooks: Ingress; intake: FakeIntake }> => {
  const hooks = ingress({ clock: manualClock(NOW) })
  const intake = fakeIntake({ clock: manualClock(NOW) })
  const source = hooks.webhook({
    path: '/gh',
    body: anyJson,
    verify: github({ secret: 'k', ...options }),
    type: { header: 'x-github-event' },
    only: (_, request) => request.header('x-github-event') !== 'star',
  })
  await source.start(intake)
  return { hooks, intake }
}

const send = (hooks: Ingress, event: string, body: string, id = 'd'): Promise<Response> =>
  hooks.fetch(
    new Request('https://here.example/gh', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${createHmac('sha256', 'k').update(body).digest('hex')}`,
      },
    }),
  )

const PING = '{"zen":"Keep it logically awesome.","hook_id":1}'

test('a ping is answered, and is no message', async () => {
  const { hooks, intake } = await hooked()
  expect((await send(hooks, 'ping', PING)).status).toBe(204)
  expect(intake.got).toEqual([])
})

test('a ping is a message where that is asked for', async () => {
  const { hooks, intake } = await hooked({ pings: 'accept' })
  expect((await send(hooks, 'ping', PING)).status).toBe(202)
  expect(intake.got).toMatchObject([{ type: 'ping', dedupe: 'd' }])
})

test('an event cannot be silenced by the header of a ping, which nobody signed', async () => {
  const { hooks, intake } = await hooked()
  expect((await send(hooks, 'ping', '{"ref":"refs/heads/main"}')).status).toBe(202)
  expect((await send(hooks, 'ping', 'no json', 'd2')).status).toBe(400)
  expect(intake.got).toHaveLength(1)
})

test('the event’s name is the type of the message, and may decide whether it is wanted', async () => {
  const { hooks, intake } = await hooked()
  expect((await send(hooks, 'push', '{"ref":"r"}')).status).toBe(202)
  expect((await send(hooks, 'star', '{"action":"created"}', 'd2')).status).toBe(204)
  expect(intake.got).toMatchObject([{ type: 'push' }])
})

test('the id in a field of the body is the dedupe key, as a text or as a number', async () => {
  const clock = manualClock(NOW)
  const hooks = ingress({ clock })
  const intake = fakeIntake({ clock })
  await hooks.webhook({ path: '/pay', body: anyJson, verify: stripeLike({ secret: 'k' }) }).start(intake)
  const post = (body: string): Promise<Response> => {
    const t = NOW / 1000
    const v1 = createHmac('sha256', 'k').update(`${t}.${body}`).digest('hex')
    const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${v1}` }
    return hooks.fetch(new Request('https://here.example/pay', { method: 'POST', body, headers }))
  }
  for (const body of ['{"id":"evt_1"}', '{"id":7}', '{"id":{"a":1}}', '[1]', '{"__proto__":1}'])
    await post(body)
  expect(intake.got.map((i) => i.dedupe)).toEqual(['evt_1', '7', undefined, undefined, undefined])
})

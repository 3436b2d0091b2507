import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Json } from '@xconnector/core'
import { ingress, standardWebhooks } from '../../src/index.js'
import { fakeIntake } from '../support/fake-intake.js'
import { httpServer, raw, send } from '../support/loopback.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW, SECRET, signed } from '../support/signed.js'

const started = async (only: (raw: Json) => boolean) => {
  const hooks = ingress()
  const intake = fakeIntake({ clock: manualClock(NOW) })
  const body = z.object({ event: z.string() })
  await hooks.webhook({ path: '/o', body, verify: standardWebhooks({ secret: SECRET }), only }).start(intake)
  return { hooks, intake, server: await httpServer(hooks.node) }
}

const wanted = (body: Json): boolean => (body as { readonly event: string }).event === 'published'

test('a verified webhook that is not wanted is answered with 204 and not stored, by both handlers', async () => {
  const { hooks, intake, server } = await started(wanted)
  await using _ = server
  const body = '{"event":"deleted"}'
  expect(await send(`${server.url}/o`, { headers: signed(body), body })).toMatchObject({
    status: 204,
    text: '',
    headers: expect.not.objectContaining({ 'content-length': expect.anything() as string }) as object,
  })
  const answer = await hooks.fetch(
    new Request('http://x.test/o', { method: 'POST', headers: signed(body), body }),
  )
  expect([answer.status, await answer.text()]).toEqual([204, ''])
  expect(intake.got).toEqual([])
  const other = '{"event":"published"}'
  expect((await send(`${server.url}/o`, { headers: signed(other), body: other })).status).toBe(202)
  expect(intake.got).toHaveLength(1)
})

test('what is not believed is refused before anybody asks whether it is wanted', async () => {
  const asked: Json[] = []
  const { server } = await started((body) => asked.push(body) < 0)
  await using _ = server
  const body = '{"event":"deleted"}'
  const refused = await send(`${server.url}/o`, { body, headers: { 'content-type': 'application/json' } })
  expect(refused.status).toBe(401)
  expect(asked).toEqual([])
})

test('what cannot be told apart is wanted', async () => {
  const { intake, server } = await started(wanted)
  await using _ = server
  expect((await send(`${server.url}/o`, { headers: signed('null'), body: 'null' })).status).toBe(202)
  expect(intake.got).toHaveLength(1)
})

test('a 204 leaves its connection open for the next request', async () => {
  const { intake, server } = await started(wanted)
  await using _ = server
  const request = (body: string, close: boolean): string =>
    `POST /o HTTP/1.1\r\nhost: x\r\n${Object.entries(signed(body))
      .map(([n, v]) => `${n}: ${v}\r\n`)
      .join('')}content-length: ${body.length}\r\n${close ? 'connection: close\r\n' : ''}\r\n${body}`
  const text = await raw(
    server.port,
    request('{"event":"x"}', false) + request('{"event":"published"}', true),
  )
  expect(text).toMatch(/^HTTP\/1\.1 204 [^]*HTTP\/1\.1 202 /)
  expect(intake.got).toHaveLength(1)
})

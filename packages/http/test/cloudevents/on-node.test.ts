import { expect, test } from 'vitest'
import { cloudEvents, github, ingress, unsigned, type Ingress } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { fakeIntake, type FakeIntake } from '../support/fake-intake.js'
import { httpServer, raw, send } from '../support/loopback.js'

const started = async (
  verify = unsigned({ because: 'a test' }),
): Promise<{ hooks: Ingress; intake: FakeIntake }> => {
  const hooks = ingress()
  const intake = fakeIntake()
  const handshake = { origins: ['a.example'] }
  await hooks.webhook({ path: '/e', body: anyJson, format: cloudEvents({ handshake }), verify }).start(intake)
  return { hooks, intake }
}

const head = {
  'CE-SpecVersion': '1.0',
  'CE-Id': 'e-1',
  'CE-Source': '/s',
  'CE-Type': 't',
  'Content-Type': 'application/json',
}

test('headers have any case, and one that came twice is refused by its name', async () => {
  const { hooks, intake } = await started()
  await using server = await httpServer(hooks.node)
  const once = await send(`${server.url}/e`, { headers: head, body: '{"n":1}' })
  expect(once.status).toBe(202)
  expect(intake.got).toMatchObject([{ raw: { id: 'e-1', source: '/s', data: { n: 1 } }, dedupe: '/s e-1' }])
  const lines = [...Object.entries(head), ['ce-subject', 'a'], ['Ce-Subject', 'b'], ['Content-Length', '2']]
  const twice = await raw(
    server.port,
    `POST /e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n{}`,
  )
  expect(twice).toMatch(/^HTTP\/1.1 400 [\s\S]*the header \\"ce-subject\\" came more than once/)
  expect(intake.got).toHaveLength(1)
})

test('a handshake is answered without a body being read', async () => {
  const { hooks } = await started()
  await using server = await httpServer(hooks.node)
  const headers = { 'WebHook-Request-Origin': 'a.example' }
  const answer = await send(`${server.url}/e`, { method: 'OPTIONS', headers })
  expect(answer.status).toBe(200)
  expect(answer.headers['webhook-allowed-origin']).toBe('a.example')
})

test('a signature that came twice is refused, whichever of the two is good', async () => {
  const { hooks, intake } = await started(github({ secret: 'k' }))
  await using server = await httpServer(hooks.node)
  const twice = await send(`${server.url}/e`, {
    headers: { ...head, 'x-github-delivery': 'd', 'x-hub-signature-256': ['sha256=00', 'sha256=11'] },
    body: '{}',
  })
  expect(twice.status).toBe(400)
  expect(intake.got).toEqual([])
})

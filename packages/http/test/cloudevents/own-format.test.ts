import { expect, test } from 'vitest'
import type { Format, SignedRequest, Verified } from '../../src/index.js'
import { ingress } from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { fakeIntake, type FakeIntake } from '../support/fake-intake.js'

/** A line for each message; the verifier gives the id that stands in a header, as if it were signed. */
const lines: Format = {
  types: ['text/plain'],
  async read(head, raw) {
    if (head.header('content-type') !== 'text/plain') return { status: 415, detail: 'expected text/plain' }
    if (raw.length === 0) throw new Error('canary')
    const found = raw.toString().split('\n')
    return { messages: found.map((line) => ({ raw: line, ...(line === 'known' && { id: 'known' }) })) }
  },
}

const hooked = async (): Promise<{
  intake: FakeIntake
  send(body: string, type?: string): Promise<Response>
}> => {
  const hooks = ingress()
  const intake = fakeIntake()
  const verify = (request: SignedRequest): Verified => ({ ok: true, id: request.header('x-id')! })
  await hooks
    .webhook({ path: '/l', body: anyJson, format: lines, verify: { name: 'test', verify } })
    .start(intake)
  return {
    intake,
    send: (body, type = 'text/plain') =>
      hooks.fetch(
        new Request('https://here.example/l', {
          method: 'POST',
          body,
          headers: { 'content-type': type, 'x-id': 'r-1' },
        }),
      ),
  }
}

test('several messages of one verified request have dedupe keys of their own', async () => {
  const { intake, send } = await hooked()
  expect((await send('a\nknown\nb')).status).toBe(202)
  expect(intake.got.map((i) => [i.raw, i.dedupe])).toEqual([
    ['a', 'r-1#0'],
    ['known', 'known'],
    ['b', 'r-1#2'],
  ])
  await send('alone')
  expect(intake.got[3]!.dedupe).toBe('r-1')
})

test('another media type is told what is expected, and a format that throws is 500 without its reason', async () => {
  const { intake, send } = await hooked()
  const wrong = await send('a', 'text/html')
  expect([wrong.status, wrong.headers.get('accept')]).toEqual([415, 'text/plain'])
  const thrown = await send('')
  expect(thrown.status).toBe(500)
  expect(await thrown.text()).not.toContain('canary')
  expect(intake.got).toEqual([])
})

import { Webhook } from 'standardwebhooks'
import { Webhook as Svix } from 'svix'
import { describe, expect, test } from 'vitest'
import { Secret, systemClock } from '@xconnector/core'
import {
  newWebhookKeyPair,
  newWebhookSecret,
  standardWebhooks,
  type Verified,
  type WebhookEndpoint,
} from '../../src/index.js'
import { manualClock } from '../support/manual-clock.js'
import { requestOf } from '../support/senders.js'
import { NOW } from '../support/signed.js'
import { endpointAt, receiver, sending, type Got } from './receiver.js'

const secretOf = (endpoint: WebhookEndpoint, n = 0): string => {
  const { secret } = endpoint.secrets[n]!
  return typeof secret === 'string' ? secret : secret.reveal()
}

const verified = (secret: string, { body, headers }: Got, now: number): Verified =>
  standardWebhooks({ secret }).verify(requestOf(body, headers, now)) as Verified

test('what is sent is signed, and its id is the idempotency key', async () => {
  await using to = await receiver()
  using s = sending([endpointAt(`${to.url}/hooks/a%20b?tenant=1&tag=x&tag=%C3%BC`)])
  expect(await s.send({ text: 'Grüße' })).toMatchObject({ _tag: 'Right' })
  expect(to.got).toMatchObject([
    {
      url: '/hooks/a%20b?tenant=1&tag=x&tag=%C3%BC',
      body: '{"text":"Grüße"}',
      headers: { 'content-type': 'application/json' },
    },
  ])
  expect(verified(secretOf(s.endpoint()), to.got[0]!, NOW)).toEqual({ ok: true, id: 'm1/notify', time: NOW })
})

test('a key that cannot be a webhook id is hashed, the same each time', async () => {
  await using to = await receiver()
  using s = sending([endpointAt(to.url)])
  for (const key of ['m1/step.1', 'm1/step.1', 'm1/step 1', 'm1/schön']) await s.send({}, key)
  const ids = to.got.map((g) => g.headers['webhook-id']!)
  expect(ids[0]).toBe(ids[1])
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^msg_[\w-]{43}$/)
})

test('the quick retry has the same id, and a new time and signature', async () => {
  await using to = await receiver()
  const clock = manualClock(NOW)
  // The pause before it passes at once.
  const sleep = async (ms: number): Promise<void> => clock.advance(ms)
  using s = sending([endpointAt(to.url)], { ports: { clock: { ...clock, sleep } } })
  to.answer = (_, n) => {
    if (n > 1) return { status: 200 }
    clock.advance(3000)
    return 'reset'
  }
  expect(await s.send()).toMatchObject({ _tag: 'Right' })
  expect(to.got).toHaveLength(2)
  const [first, second] = to.got.map((g) => g.headers) as [Got['headers'], Got['headers']]
  expect(second['webhook-id']).toBe(first['webhook-id'])
  expect(Number(second['webhook-timestamp'])).toBeGreaterThan(Number(first['webhook-timestamp']))
  expect(second['webhook-signature']).not.toBe(first['webhook-signature'])
  for (const got of to.got)
    expect(verified(secretOf(s.endpoint()), got, Number(got.headers['webhook-timestamp']) * 1000).ok).toBe(
      true,
    )
})

describe('independent parties verify what is sent', () => {
  test.each([
    ['standardwebhooks', (secret: string) => new Webhook(secret)],
    ['svix', (secret: string) => new Svix(secret)],
  ])('%s', async (_, partyOf) => {
    await using to = await receiver()
    // They look at the platform's own clock.
    using s = sending([endpointAt(to.url)], { ports: { clock: systemClock } })
    await s.send({ text: '世界' })
    const { body, headers } = to.got[0]!
    const party = partyOf(secretOf(s.endpoint()))
    expect(() => party.verify(body, headers)).not.toThrow()
    expect(() => party.verify(`${body} `, headers)).toThrow(/signature/i)
  })
})

describe('rotation', () => {
  test('the old secret signs beside the new one for the overlap, and not a moment longer', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)], { overlap: '24h' })
    const [old, fresh] = [secretOf(s.endpoint()), newWebhookSecret()]
    await s.sender.rotate('acme', new Secret(fresh))
    const both = async (): Promise<readonly boolean[]> => {
      await s.send()
      return [old, fresh].map((secret) => verified(secret, to.got.at(-1)!, s.clock.now()).ok)
    }
    expect(await both()).toEqual([true, true])
    s.clock.advance(864e5 - 1)
    expect(await both()).toEqual([true, true])
    s.clock.advance(1)
    expect(await both()).toEqual([false, true])
  })

  test('rotating twice keeps no secret longer than its first overlap, and forgets what has run out', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)])
    await s.sender.rotate('acme', newWebhookSecret())
    s.clock.advance(12 * 36e5)
    await s.sender.rotate('acme', newWebhookSecret())
    expect(s.endpoint().secrets.map((e) => e.until)).toEqual([undefined, NOW + 36 * 36e5, NOW + 24 * 36e5])
    s.clock.advance(13 * 36e5)
    await s.sender.rotate('acme', newWebhookSecret())
    expect(s.endpoint().secrets).toHaveLength(3)
  })

  test('an endpoint may go over from v1 to v1a', async () => {
    await using to = await receiver()
    using s = sending([endpointAt(to.url)])
    const { secret, publicKey } = newWebhookKeyPair()
    await s.sender.rotate('acme', secret)
    await s.send()
    expect(to.got[0]!.headers['webhook-signature']).toMatch(/^v1a,\S+ v1,\S+$/)
    expect(verified(publicKey, to.got[0]!, NOW).ok).toBe(true)
  })

  test('what is no secret is refused, and what is nobody’s changes nothing', async () => {
    using s = sending([endpointAt('https://a.example')])
    await expect(s.sender.rotate('acme', 'whsec_short')).rejects.toThrow(/whsec_/)
    await expect(s.sender.rotate('acme', newWebhookKeyPair().publicKey)).rejects.toThrow(/signs/)
    expect(await s.sender.rotate('nobody', newWebhookSecret())).toBeUndefined()
    expect(s.endpoint().secrets).toHaveLength(1)
  })
})

test('no secret is in a failure, even when the receiver sends it back', async () => {
  await using to = await receiver()
  const canary = `whsec_${Buffer.from('a canary of 24 bytes or more').toString('base64')}`
  using s = sending([endpointAt(to.url, { secrets: [{ secret: canary }] })])
  to.answer = () => ({
    status: 400,
    headers: { 'content-type': 'text/plain' },
    body: `your secret is ${canary}`,
  })
  const { left } = (await s.send()) as { left: object }
  expect(left).toMatchObject({ _tag: 'Rejected', status: 400 })
  expect(JSON.stringify(left) + String((left as Error).stack)).not.toContain(canary.slice(6))
})

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { virtualClock } from '@xconnector/core/testing'
import { contract, vipServer, type VipEvent, type VipServer } from '@xconnector/vip/testing'
import { clientOf } from './client.js'

const shared = contract()
const clock = virtualClock({ start: Date.now() })
let server: VipServer
beforeEach(() => {
  server = vipServer({ clock, contract: shared })
})
afterEach(() => server.close())

const url = 'https://hooks.test/vip'
const headersOf = ({ headers }: Request | IncomingMessage) =>
  (headers instanceof Headers ? Object.fromEntries(headers) : headers) as Record<string, string>

describe('An event', () => {
  test('is a CloudEvent that keeps the contract, counted within its subject', async () => {
    const client = clientOf(server)
    const { id } = await client.create('a')
    await client.create('b')
    await client.version(id, 'a')
    const mine = server.events.filter(({ subject }) => subject === `assets/${id}`)
    expect(mine.map(({ type, sequence }) => [type, Number(sequence)])).toEqual([
      ['vip.asset.created', 1],
      ['vip.version.created', 2],
      ['vip.version.ready', 3],
      ['vip.asset.updated', 4],
    ])
    expect(mine[0]!.data).toMatchObject({
      object: { kind: 'asset', id, revision: 1, status: 'draft' },
      source: { system: 'cms', id: 'a' },
    })
    expect(mine.flatMap((event) => shared.event(event))).toEqual([])
    expect(new Set(server.events.map((event) => event.id)).size).toBe(server.events.length)
  })

  test('is signed so that the standardwebhooks package takes it, and no other body', async () => {
    await clientOf(server).create('a')
    const request = server.request(server.events[0]!, { url })
    const headers = headersOf(request)
    const body = await request.text()
    const receiver = new Webhook(server.webhookSecret)
    expect(receiver.verify(body, headers)).toMatchObject({ type: 'vip.asset.created' })
    expect(() => receiver.verify(body.replace('created', 'removed'), headers)).toThrow(
      'No matching signature',
    )
    expect(headers['webhook-id']).toBe(server.events[0]!.id)
    expect(headers['content-type']).toBe('application/cloudevents+json')
  })
})

describe('A receiver', () => {
  test('is posted to over HTTP, and takes what it is sent for a signed webhook', async () => {
    const got: string[] = []
    const take = (request: IncomingMessage, body: string) => {
      const { type } = new Webhook(server.webhookSecret).verify(body, headersOf(request)) as VipEvent
      got.push(`${request.method} ${request.url} ${type}`)
    }
    const receiver = createServer((request, response) => {
      void text(request).then((body) => {
        take(request, body)
        response.writeHead(204).end()
      })
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const { port } = receiver.address() as AddressInfo
    await clientOf(server).create('a')
    await server.deliverTo(`http://127.0.0.1:${port}/track`).idle()
    receiver.close()
    expect(got).toEqual(['POST /track vip.asset.created'])
  })

  const receiving = (answers: (event: VipEvent, attempt: number) => number) => {
    const attempts: VipEvent[] = []
    const requests: Request[] = []
    const send = async (request: Request): Promise<Response> => {
      requests.push(request.clone())
      const event = (await request.json()) as VipEvent
      attempts.push(event)
      const nth = attempts.filter(({ id }) => id === event.id).length
      const status = answers(event, nth)
      if (status === 0) throw new TypeError('the connection broke')
      return new Response(null, { status })
    }
    return { attempts, requests, send }
  }

  test('gets every event, those from before it came included', async () => {
    const client = clientOf(server)
    await client.create('a')
    const { attempts, send } = receiving(() => 202)
    const delivery = server.deliverTo(url, { send })
    await client.create('b')
    await delivery.idle()
    expect(attempts.map(({ id }) => id)).toEqual(server.events.map(({ id }) => id))
    expect(delivery).toMatchObject({ pending: 0, attempts: 2, failed: 0 })
  })

  test('gets an event again until it answers 2xx, signed anew, and the next of the subject only then', async () => {
    const client = clientOf(server)
    const { attempts, requests, send } = receiving((event, nth) =>
      event.type !== 'vip.asset.created' || nth > 3 ? 204 : [503, 0, 302][nth - 1]!,
    )
    const delivery = server.deliverTo(url, { send, retries: [1000, 2000] })
    const { id } = await client.create('a')
    await client.version(id, 'a')
    const other = await client.create('b')
    await clock.advanceBy(5000)
    await delivery.idle()
    const of = (asset: string) =>
      attempts.filter(({ subject }) => subject === `assets/${asset}`).map(({ type }) => type)
    const created = 'vip.asset.created'
    expect(of(id)).toEqual([
      created,
      created,
      created,
      created,
      'vip.version.created',
      'vip.version.ready',
      'vip.asset.updated',
    ])
    expect(of(other.id)).toHaveLength(4)
    expect(delivery.failed).toBe(6)
    const mine = requests.filter((each) => each.headers.get('webhook-id') === attempts[0]!.id)
    const times = mine.map((each) => Number(each.headers.get('webhook-timestamp')))
    expect(times.map((time) => time - times[0]!)).toEqual([0, 1, 3, 5])
  })

  test('that is gone gets nothing more', async () => {
    const client = clientOf(server)
    const { attempts, send } = receiving(() => 410)
    const delivery = server.deliverTo(url, { send })
    await client.create('a')
    await delivery.idle()
    await client.create('b')
    expect(attempts).toHaveLength(1)
    expect(delivery.pending).toBe(1)
  })

  test('that does not answer is tried again after the timeout', async () => {
    let calls = 0
    const send = (request: Request): Promise<Response> =>
      ++calls > 1
        ? Promise.resolve(new Response(null, { status: 202 }))
        : new Promise((_, reject) =>
            request.signal.addEventListener('abort', () => reject(request.signal.reason)),
          )
    const delivery = server.deliverTo(url, { send, timeout: 2000, retries: [10] })
    await clientOf(server).create('a')
    await clock.advanceBy(1999)
    expect(calls).toBe(1)
    await clock.advanceBy(11)
    await delivery.idle()
    expect(calls).toBe(2)
  })
})

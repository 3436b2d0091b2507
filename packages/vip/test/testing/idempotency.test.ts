import { afterAll, describe, expect, test } from 'vitest'
import { virtualClock } from '@xconnector/core/testing'
import { vipServer } from '@xconnector/vip/testing'
import { assetOf, clientOf, sha256 } from './client.js'

const clock = virtualClock()
const server = vipServer({ clock })
const client = clientOf(server)
afterAll(() => server.close())

const HOUR = 60 * 60 * 1000
const keyed = (key: string) => ({ 'idempotency-key': `"${key}"` })
const put = (id: string, key: string, more: object = {}) =>
  client.call('PUT', `/sources/cms/assets/${id}`, assetOf(id, more), keyed(key))

describe('A call with an Idempotency-Key', () => {
  test('that succeeded is answered the same again, and is done once', async () => {
    const first = await put('a', 'k1')
    const told = server.events.length
    const again = await put('a', 'k1')
    expect(again).toMatchObject({ status: 201, etag: first.etag, body: first.body })
    expect(server.events.length).toBe(told)
    expect(server.log.slice(-2).map(({ replayed }) => replayed)).toEqual([undefined, true])
  })

  test('makes one version, however often it is sent', async () => {
    const { id } = await client.create('b')
    const bytes = Buffer.from('b')
    const body = { file: { uploadId: await client.upload(bytes), sha256: sha256(bytes) } }
    const post = () => client.call('POST', `/assets/${id}/versions`, body, keyed('k2'))
    const first = await post()
    const again = await post()
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(server.versions(id)).toHaveLength(1)
  })

  test('is done again when its answer was lost and it has no key, and only told again when it has one', async () => {
    server.fail({ method: 'PUT', path: /assets\/c$/, lose: 'answer' })
    await expect(put('c', 'k3')).rejects.toThrow('the connection broke')
    expect(server.asset({ system: 'cms', id: 'c' })).toBeDefined()
    expect((await client.call('PUT', '/sources/cms/assets/c', assetOf('c'))).status).toBe(428)
    expect((await put('c', 'k3')).status).toBe(201)
  })

  test('is 422 when another request comes under the key: another body, or another path', async () => {
    await put('d', 'k4')
    const refused = { status: 422, body: { code: 'idempotency_key_reused' } }
    expect(await put('d', 'k4', { kind: 'video' })).toMatchObject(refused)
    expect(await put('e', 'k4')).toMatchObject(refused)
    expect(server.asset({ system: 'cms', id: 'e' })).toBeUndefined()
  })

  test('is 409 with Retry-After while the first call runs', async () => {
    const { id } = await client.create('f')
    const bytes = Buffer.from('f')
    const body = { file: { uploadId: await client.upload(bytes), sha256: sha256(bytes) } }
    const post = () => client.call('POST', `/assets/${id}/versions`, body, keyed('k5'))
    const [first, second] = await Promise.all([post(), post()])
    expect(first.status).toBe(202)
    expect(second).toMatchObject({ status: 409, body: { code: 'idempotency_in_flight', retryable: true } })
    expect(second.headers.get('retry-after')).toBe('1')
    expect((await post()).body).toEqual(first.body)
  })

  test('leaves its key free when it was refused', async () => {
    const { id } = await client.create('g')
    const bytes = Buffer.from('gg')
    const made = await client.call('POST', '/uploads', undefined, { 'upload-length': '2' })
    const at = made.headers.get('location')!
    const body = { file: { uploadId: at.slice(at.lastIndexOf('/') + 1), sha256: sha256(bytes) } }
    const post = () => client.call('POST', `/assets/${id}/versions`, body, keyed('k6'))
    expect(await post()).toMatchObject({ status: 422, body: { code: 'upload_incomplete' } })
    await client.call('PATCH', at, bytes, { 'upload-offset': '0' })
    expect(await post()).toMatchObject({ status: 202 })
  })

  test('is remembered for 24 hours, and not longer', async () => {
    await put('h', 'k7')
    await clock.advanceBy(24 * HOUR - 1)
    expect(await put('h', 'k7')).toMatchObject({ status: 201 })
    await clock.advanceBy(1)
    expect(await put('h', 'k7')).toMatchObject({ status: 428 })
  })

  test('is needed to make a version', async () => {
    const { id } = await client.create('i')
    const file = { uploadId: 'upl_none', sha256: '0'.repeat(64) }
    expect(await client.call('POST', `/assets/${id}/versions`, { file })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', detail: 'header Idempotency-Key is missing' },
    })
  })
})

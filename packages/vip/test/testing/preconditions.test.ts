import { afterAll, describe, expect, test } from 'vitest'
import { vipServer } from '@xconnector/vip/testing'
import { assetOf, clientOf, RIGHTS } from './client.js'

const server = vipServer()
const client = clientOf(server)
afterAll(() => server.close())

const put = (id: string, body: object, headers: Record<string, string> = {}) =>
  client.call('PUT', `/sources/cms/assets/${id}`, body, headers)

describe('Putting an asset by its source id', () => {
  test('creates it once: the same again, without a condition, is 428', async () => {
    const first = await put('p1', assetOf('p1'))
    expect(first).toMatchObject({ status: 201, etag: '"r1"', body: { revision: 1, status: 'draft' } })
    expect(first.headers.get('location')).toBe(`https://vip.test/v1/assets/${first.body.id as string}`)
    expect(await put('p1', assetOf('p1'))).toMatchObject({
      status: 428,
      body: { code: 'precondition_required' },
    })
  })

  test('replaces it under its tag of now, and is 412 under an older one', async () => {
    await put('p2', assetOf('p2'))
    const changed = assetOf('p2', { kind: 'video' })
    expect(await put('p2', changed, { 'if-match': '"r1"' })).toMatchObject({ status: 200, etag: '"r2"' })
    expect(await put('p2', assetOf('p2'), { 'if-match': '"r1"' })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    })
    expect((await client.call('GET', '/sources/cms/assets/p2')).body).toMatchObject({ kind: 'video' })
  })

  test('changes nothing when it is equal: the tag stays and no event is told', async () => {
    await put('p3', assetOf('p3'))
    const told = server.events.length
    expect(await put('p3', assetOf('p3'), { 'if-match': '*' })).toMatchObject({ status: 200, etag: '"r1"' })
    expect(server.events.length).toBe(told)
  })

  test('with If-None-Match creates only, with If-Match replaces only', async () => {
    expect(await put('p4', assetOf('p4'), { 'if-match': '*' })).toMatchObject({ status: 412 })
    expect(await put('p4', assetOf('p4'), { 'if-none-match': '*' })).toMatchObject({ status: 201 })
    expect(await put('p4', assetOf('p4'), { 'if-none-match': '*' })).toMatchObject({ status: 412 })
  })

  test('is 422 when the body is of another source', async () => {
    expect(await put('p5', assetOf('p6'))).toMatchObject({ status: 422, body: { code: 'source_mismatch' } })
  })

  test('makes a new asset once the old one is removed', async () => {
    const old = await client.create('p7')
    expect(await client.change('DELETE', old.id, '')).toMatchObject({
      status: 202,
      body: { status: 'removed' },
    })
    expect(await client.call('GET', `/assets/${old.id}`)).toMatchObject({
      status: 410,
      body: { code: 'gone' },
    })
    expect(await client.call('GET', '/sources/cms/assets/p7')).toMatchObject({ status: 404 })
    const { body } = await put('p7', assetOf('p7'))
    expect(body.id).not.toBe(old.id)
  })
})

describe('A write to something that exists', () => {
  test.each([
    ['DELETE', '', undefined],
    ['PUT', '/rights', RIGHTS],
    ['PUT', '/publication', { versionId: 'ver_0001' }],
    ['DELETE', '/publication', undefined],
  ] as const)('%s %s is 428 without If-Match, and 412 under a stale one', async (method, path, body) => {
    const { id } = await client.create(`w ${method} ${path.slice(1)}`.replaceAll(' ', '-'))
    const at = `/assets/${id}${path}`
    expect(await client.call(method, at, body)).toMatchObject({
      status: 428,
      body: { code: 'precondition_required' },
    })
    expect(await client.call(method, at, body, { 'if-match': '"r0"' })).toMatchObject({ status: 412 })
    expect((await client.asset(id)).body.revision).toBe(1)
  })

  test('has tags of their own for the asset and for its rights', async () => {
    const { id } = await client.create('w5')
    const rights = await client.call('GET', `/assets/${id}/rights`)
    const hold = { ...RIGHTS, status: 'hold' }
    const put = await client.call('PUT', `/assets/${id}/rights`, hold, { 'if-match': rights.etag })
    expect(put).toMatchObject({ status: 200, body: { status: 'hold', revision: 2 } })
    expect(put.etag).not.toBe(rights.etag)
    expect((await client.asset(id)).body).toMatchObject({ revision: 2, rights: { status: 'hold' } })
  })
})

describe('A read', () => {
  test('is 304 for who has it already, by a strong tag, a weak one, or one of a list', async () => {
    const { id } = await client.create('r1')
    const read = (tag: string) => client.call('GET', `/assets/${id}`, undefined, { 'if-none-match': tag })
    for (const tag of ['"r1"', 'W/"r1"', '"r0", "r1"']) expect(await read(tag)).toMatchObject({ status: 304 })
    expect(await read('"r2"')).toMatchObject({ status: 200, etag: '"r1"' })
  })
})

describe('The bearer token', () => {
  test.each(['Bearer wrong', 'Basic dDp0'])('is asked for: %s is 401', async (authorization) => {
    const got = await client.call('GET', '/assets/ast_0001', undefined, { authorization })
    expect(got).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
    expect(got.headers.get('www-authenticate')).toBe('Bearer')
  })
})

describe('A request that departs from the contract', () => {
  test('is 400 with the places, is not done, and is listed', async () => {
    const before = server.violations.length
    const got = await put('v1', { ...assetOf('v1'), kind: 'sculpture' })
    expect(got).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '#/kind' }] },
    })
    expect(server.asset({ system: 'cms', id: 'v1' })).toBeUndefined()
    expect(server.violations.slice(before)).toMatchObject([
      { side: 'request', operation: 'putAssetBySource' },
    ])
  })

  test('is 404 on an unknown path, and 405 by a method that the path does not have', async () => {
    expect(await client.call('GET', '/nowhere')).toMatchObject({ status: 404 })
    expect(await client.call('DELETE', '/sources/cms/assets/x')).toMatchObject({ status: 405 })
  })
})

import { setupServer } from 'msw/node'
import { describe, expect, test } from 'vitest'
import { virtualClock } from '@xconnector/core/testing'
import { contract, vipServer } from '@xconnector/vip/testing'
import { assetOf, clientOf } from './client.js'

const shared = contract()

describe('One server, reached in three ways', () => {
  test('has the same state by fetch, by msw and over loopback', async () => {
    await using server = vipServer({ contract: shared })
    const { id } = await clientOf(server).create('a')
    const headers = { authorization: `Bearer ${server.token}` }
    const { url } = await server.listen()
    const wire = await fetch(`${url}/assets/${id}`, { headers })
    expect(await wire.json()).toMatchObject({ id })
    const msw = setupServer(...(await server.handlers('https://acme.vip.example:8443/api/v9')))
    msw.listen({ onUnhandledFrame: 'error' })
    try {
      const mocked = await fetch(`https://acme.vip.example:8443/api/v9/assets/${id}`, { headers })
      expect(await mocked.json()).toMatchObject({ id })
      const made = await fetch('https://acme.vip.example:8443/api/v9/uploads', {
        method: 'POST',
        headers: { ...headers, 'tus-resumable': '1.0.0', 'upload-length': '3' },
      })
      const at = made.headers.get('location')!
      expect(at).toMatch(/^https:\/\/acme\.vip\.example:8443\/api\/v9\/uploads\/upl_/)
      const patched = await fetch(at, {
        method: 'PATCH',
        headers: {
          ...headers,
          'tus-resumable': '1.0.0',
          'upload-offset': '0',
          'content-type': 'application/offset+octet-stream',
        },
        body: 'abc',
      })
      expect(patched.status).toBe(204)
      server.fail({ lose: 'answer' })
      await expect(fetch(`https://acme.vip.example:8443/api/v9/assets/${id}`, { headers })).rejects.toThrow()
    } finally {
      msw.close()
    }
    expect(server.violations).toEqual([])
  })

  test('logs what came: method, path, operation, status and bytes', async () => {
    await using server = vipServer({ contract: shared })
    const client = clientOf(server)
    await client.upload(Buffer.from('12345'))
    await client.call('GET', '/assets/ast_0001')
    expect(server.log).toMatchObject([
      { method: 'POST', path: '/uploads', operation: 'createUpload', status: 201, bytes: 0 },
      { method: 'PATCH', operation: 'appendUpload', status: 204, bytes: 5, uploadOffset: 0 },
      { method: 'GET', path: '/assets/ast_0001', operation: 'getAsset', status: 404 },
    ])
  })

  test('takes away the directory that it made, and leaves one that was given', async () => {
    const { mkdtemp, readdir, rm, stat } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    const { join, dirname } = await import('node:path')
    const own = vipServer({ contract: shared })
    const client = clientOf(own)
    const { id } = await client.create('a')
    await client.version(id, 'a')
    const at = dirname(own.files(id)[0]!.path)
    await own.close()
    await expect(stat(at)).rejects.toThrow('ENOENT')
    const directory = await mkdtemp(join(tmpdir(), 'given-'))
    const given = vipServer({ contract: shared, directory })
    await clientOf(given).upload(Buffer.from('a'))
    await given.close()
    expect(await readdir(directory)).not.toEqual([])
    await rm(directory, { recursive: true })
  })
})

describe('An answer of its own that departs from the contract', () => {
  const broken = {
    ...shared,
    response: () => [
      { side: 'response', of: 'GET /x', where: 'status', detail: '299 is not in the contract' } as const,
    ],
  }

  test('becomes a 500 that says how', async () => {
    await using server = vipServer({ contract: broken })
    const got = await clientOf(server).call('PUT', '/sources/cms/assets/a', assetOf('a'))
    expect(got).toMatchObject({
      status: 500,
      body: { code: 'contract_violation', detail: 'response of GET /x: status: 299 is not in the contract' },
    })
    expect(server.violations).toHaveLength(1)
  })

  test('is only listed by a server that is not strict', async () => {
    await using server = vipServer({ contract: broken, strict: false })
    const got = await clientOf(server).call('PUT', '/sources/cms/assets/a', assetOf('a'))
    expect(got.status).toBe(201)
    expect(server.violations).toHaveLength(1)
  })
})

describe('A fault', () => {
  test('meets the requests that fit it, after those that go well, as often as is said', async () => {
    await using server = vipServer({ contract: shared })
    const client = clientOf(server)
    server.fail({ method: 'GET', path: /^\/assets/, skip: 1, times: 2, status: 429, retryAfter: 7 })
    const read = () => client.call('GET', '/assets/ast_0001')
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await read()).status)
    expect(statuses).toEqual([404, 429, 429, 404, 404])
    expect((await client.call('GET', '/sources/a/assets/b')).status).toBe(404)
  })

  test('says when to come again, and leaves no effect', async () => {
    await using server = vipServer({ contract: shared, faults: [{ status: 503, retryAfter: 2 }] })
    const client = clientOf(server)
    const got = await client.call('PUT', '/sources/cms/assets/a', assetOf('a'))
    expect(got).toMatchObject({ status: 503, body: { code: 'unavailable', retryable: true } })
    expect(got.headers.get('retry-after')).toBe('2')
    expect(server.assets).toEqual([])
  })

  test('may delay, by the clock', async () => {
    const clock = virtualClock()
    await using server = vipServer({ contract: shared, clock, faults: [{ delay: 3000 }] })
    const waiting = clientOf(server).call('GET', '/assets/ast_0001')
    await clock.advanceBy(2999)
    expect(server.log).toEqual([])
    await clock.advanceBy(1)
    expect((await waiting).status).toBe(404)
    expect(server.log).toMatchObject([{ ms: 3000 }])
  })

  test('is forgotten once the server is healed', async () => {
    await using server = vipServer({ contract: shared, faults: [{ status: 500, times: 100 }] })
    const client = clientOf(server)
    expect((await client.call('GET', '/assets/ast_0001')).status).toBe(500)
    server.heal()
    expect((await client.call('GET', '/assets/ast_0001')).status).toBe(404)
  })
})

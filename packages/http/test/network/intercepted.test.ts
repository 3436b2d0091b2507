import { http as handle, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { http } from '../../src/index.js'
import { authority } from '../support/certificates.js'
import { testProxy } from '../support/proxy.js'
import { secureServer } from '../support/secure-server.js'

const ca = authority()
const api = setupServer(handle.get('https://mocked.test/a', () => new HttpResponse(null, { status: 204 })))
beforeAll(() => api.listen({ onUnhandledFrame: 'bypass' }))
afterAll(() => api.close())

test('msw intercepts calls by the agents of every setting, and lets the others through', async () => {
  await using remote = await secureServer(ca.issue('s', { for: ['127.0.0.1', 'remote.test'] }), (_req, res) =>
    res.end(),
  )
  await using proxy = await testProxy({ hosts: { 'remote.test': remote.port } })
  const tls = { ca: ca.cert }
  for (const [baseUrl, options] of [
    ['https://mocked.test', { tls }],
    ['https://mocked.test', { addresses: 'public', proxy: false }],
    [remote.url, { tls }],
    ['https://remote.test', { tls, proxy: proxy.url }],
  ] as const) {
    const site = http({ name: 'site', baseUrl, timeout: '5s', ...options })
    expect([baseUrl, await site.query({ name: 'a', path: '/a' }).call()]).toMatchObject([
      baseUrl,
      { _tag: 'Right' },
    ])
    site.close()
  }
  expect(proxy.asked).toEqual(['CONNECT remote.test:443'])
})

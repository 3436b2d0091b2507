import { expect, test } from 'vitest'
import { byKind, flow, Secret } from '@xconnector/core'
import { whatIf } from '@xconnector/core/what-if'
import { bearer, http, json } from '../../src/index.js'

test('what if: a call is shown as its request, without credentials, and not made', async () => {
  const site = http({
    name: 'site',
    baseUrl: 'http://127.0.0.1:1',
    auth: bearer(new Secret('top-secret-token')),
  })
  const put = (path: string) =>
    site.target({ name: 'put', method: 'PUT', path, body: json<{ uid: string }>(), effect: 'keyed' })
  const version = (path: string) => flow('publish').input<{ uid: string }>().to(put(path)).otherwise(byKind())
  const report = await whatIf(version('/pages'), {
    entries: [{ raw: { uid: 'a' }, id: 'm1' }],
    against: version('/v2/pages'),
  })
  expect(report.groups).toMatchObject([{ as: 'changed', target: 'put', path: 'url' }])
  const [call] = report.differences[0]!.calls
  expect(call).toMatchObject({
    before: { sends: { method: 'PUT', url: 'http://127.0.0.1:1/pages', body: { uid: 'a' } } },
    after: { sends: { url: 'http://127.0.0.1:1/v2/pages', headers: { authorization: expect.any(String) } } },
  })
  expect(JSON.stringify(report) + report.text()).not.toContain('top-secret-token')
})

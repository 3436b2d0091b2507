import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { failureToJson, Secret } from '@xconnector/core'
import { contentstack } from '../../src/index.js'
import { listenOn } from '../../src/testing/listening.js'

const API_KEY = 'bltCANARYapikey00000'
const TOKEN = 'csCANARYmanagementtoken'
const DELIVERY = 'csCANARYdeliverytoken'
const CANARY = /CANARY/

const shown = (failure: unknown): string =>
  [
    inspect(failure, { depth: 9 }),
    JSON.stringify(failure),
    String(failure),
    JSON.stringify(failureToJson(failure)),
  ].join()

test.each([
  [401, 105],
  [401, 161],
  [403, 105],
  [404, 141],
  [412, 109],
  [422, 119],
  [422, 141],
  [429, 429],
  [500, 500],
])(
  'no failure of a read shows a credential, though the answer %i with the code %i echoes them',
  async (status, code) => {
    await using server = await listenOn(async (request) => {
      const echo = `${request.url} ${JSON.stringify(Object.fromEntries(request.headers))}`
      const body = {
        error_message: echo,
        error_code: code,
        errors: { api_key: [echo], title: [...request.headers.values()] },
      }
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
    })
    const cms = contentstack({
      apiKey: API_KEY,
      managementToken: new Secret(TOKEN, 'CS_TOKEN'),
      delivery: { token: DELIVERY, environment: 'production' },
      hosts: server.url,
    })
    const input = { contentType: 'article', uid: 'blt1' }
    for (const read of [cms.management.entry, cms.delivery.entry]) {
      const result = await read.call(input)
      expect(result._tag).toBe('Left')
      expect(shown(result)).not.toMatch(CANARY)
      expect(shown((result as { left: unknown }).left)).toMatch(/article|contentType/)
    }
    cms.close()
  },
)

test('the adapter itself shows no credential', () => {
  const cms = contentstack({
    apiKey: API_KEY,
    managementToken: TOKEN,
    delivery: { token: DELIVERY, environment: 'e' },
  })
  expect(inspect(cms, { depth: 9 })).not.toMatch(CANARY)
  expect(inspect(cms.management, { depth: 9 })).not.toMatch(CANARY)
  expect(JSON.stringify(cms)).not.toMatch(CANARY)
})

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { generate } from '../../src/openapi/index.js'
import { folder } from './generated.js'
import { EVIL, hostile } from './hostile-documents.js'
import { small } from './shop-document.js'

const USE = `import { http } from '@xconnector/http'
import { shopApi } from './shop.js'
const api = shopApi(http({ name: 'a', baseUrl: 'https://a.example' }))
export const good: Promise<readonly string[]> = api.listItems.run({ limit: 1, tag: ['x'], filterKind: 'a' }).then((all) => all.map((i) => i.id))
export const made = (): unknown => api.createItem.run({ body: { id: 'i', price: 1, owner: { name: 'n', vip: true } } })
// @ts-expect-error a price is a number
export const price = (): unknown => api.createItem.run({ body: { id: 'i', price: 'much' } })
// @ts-expect-error a kind is a or b
export const kind = (): unknown => api.listItems.run({ filterKind: 'c' })
// @ts-expect-error it needs If-Match
export const bare = (): unknown => api.patchItem.run({ id: 'i', body: {} })
`

const CIRCLES = {
  openapi: '3.1.0',
  paths: {
    '/a': {
      get: {
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } } },
        },
      },
    },
    '/c': {
      get: {
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/C' } } } },
        },
      },
    },
  },
  components: {
    schemas: {
      A: { $ref: '#/components/schemas/B' },
      B: { anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'string' }] },
      C: { type: 'array', items: { $ref: '#/components/schemas/D' } },
      D: {
        type: 'object',
        properties: { all: { $ref: '#/components/schemas/C' } },
        additionalProperties: true,
      },
    },
  },
}

// One run of the compiler for all: it takes its time.
test('what is generated compiles: of the VIP contract, of hostile documents, of circles; and its types find mistakes', async () => {
  const vip: unknown = parse(await readFile(new URL('../../../vip/openapi.yaml', import.meta.url), 'utf8'))
  await using f = await folder()
  for (const codecs of ['io-ts', 'zod'] as const) {
    for (const replies of ['body', 'whole'] as const)
      await f.write(`vip-${codecs}-${replies}.ts`, generate(vip, { codecs, replies }).code)
    for (const [i, evil] of EVIL.entries())
      await f.write(`evil-${codecs}-${i}.ts`, generate(hostile(evil), { codecs }).code)
    await f.write(`circles-${codecs}.ts`, generate(CIRCLES, { codecs }).code)
    await f.write(`shop-${codecs}.ts`, generate(small, { codecs }).code)
    await f.write(`use-${codecs}.ts`, USE.replace('./shop.js', `./shop-${codecs}.js`))
  }
  expect(await f.check()).toBe('')
}, 120_000)

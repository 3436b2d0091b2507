import * as t from 'io-ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { flow } from '@xconnector/core'
import { queryParts } from '../../src/endpoint/query-values.js'
import { preferred } from '../../src/endpoint/accepts.js'
import { statuses, type EndpointRequest } from '../../src/index.js'
import { everybody, kit } from '../support/endpoint-kit.js'

const echo = flow('echo').input<EndpointRequest>()
const base = { method: 'POST', path: '/p/:id', authorize: everybody, flow: echo } as const

describe('what is decoded', () => {
  test('params, query, headers and body reach the flow decoded', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({
      ...base,
      params: z.object({ id: z.coerce.number() }),
      query: z.object({ tag: z.array(z.string()), q: z.string() }),
      headers: z.object({ 'x-site': z.string() }),
      body: t.type({ n: t.number }),
    })
    const told = await ask('POST', '/p/7?tag=a&q=b+c%26&tag=%C3%A9', {
      body: { n: 1 },
      headers: { 'X-Site': 's' },
    })
    expect(told.json).toEqual({
      params: { id: 7 },
      query: { tag: ['a', 'é'], q: 'b c&' },
      headers: { 'x-site': 's' },
      body: { n: 1 },
    })
  })

  test('without decoders params and query come as texts, headers and body not at all', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint(base)
    const told = await ask('POST', '/p/7?__proto__=1&a', { headers: { 'x-a': 'b' } })
    expect(told.text).toBe('{"params":{"id":"7"},"query":{"__proto__":"1","a":""}}')
  })

  test('every issue of every part is told at once, and never a value', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({
      ...base,
      params: z.object({ id: z.uuid() }),
      query: z.object({ limit: z.coerce.number() }),
      body: t.type({ card: t.number }),
    })
    const told = await ask('POST', '/p/x?limit=s3cret', { body: { card: 's3cret' } })
    expect(told.status).toBe(400)
    const { issues } = told.json as { issues: { path: unknown }[] }
    expect(issues.map((i) => i.path)).toEqual([
      ['params', 'id'],
      ['query', 'limit'],
      ['body', 'card'],
    ])
    expect(told.text).not.toContain('s3cret')
  })

  test('credentials are not among the headers of a flow', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, headers: z.record(z.string(), z.unknown()) })
    const told = await ask('POST', '/p/7', {
      headers: { authorization: 'Bearer s3cret', cookie: 's3cret', 'x-a': '1' },
    })
    expect(told.json).toMatchObject({ headers: { 'x-a': '1' } })
    expect(told.text).not.toContain('s3cret')
  })

  test('a decoder that throws is 400, and says nothing of it', async () => {
    const { hooks, ask } = kit()
    hooks.endpoint({
      ...base,
      body: z.unknown().transform((): string => {
        throw new Error('s3cret')
      }),
    })
    const told = await ask('POST', '/p/7', { body: {} })
    expect([told.status, told.text.includes('s3cret')]).toEqual([400, false])
  })

  test.each([
    ['not JSON', '{', 'application/json', 400],
    ['empty', '', 'application/json', 400],
    ['text', 'a', 'text/plain', 415],
    ['JSON in latin1', '{}', 'application/json; charset=latin1', 415],
  ])('a body that is %s is refused', async (_, body, type, status) => {
    const { hooks, ask } = kit()
    hooks.endpoint({ ...base, body: z.unknown() })
    expect((await ask('POST', '/p/7', { body, headers: { 'content-type': type } })).status).toBe(status)
  })

  test("a body that nobody asked for is 415, and one over the endpoint's own limit 413", async () => {
    const { hooks, ask } = kit()
    hooks.endpoint(base)
    hooks.endpoint({ ...base, path: '/small', body: z.unknown(), maxBytes: 5 })
    expect((await ask('POST', '/p/7', { body: {} })).status).toBe(415)
    expect((await ask('POST', '/small', { body: { a: 1 } })).status).toBe(413)
    expect((await ask('POST', '/small', { body: [1] })).status).toBe(200)
  })

  test.each(['%', '%ff=1', 'a=%E0%A4%A', Array(1002).fill('a').join('&')])(
    'the query %s is refused',
    async (query) => {
      const { hooks, ask } = kit()
      hooks.endpoint(base)
      expect((await ask('POST', `/p/7?${query}`)).status).toBe(400)
    },
  )

  test('a query says what URLSearchParams says of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
          maxLength: 8,
        }),
        (pairs) => {
          const query = new URLSearchParams(pairs).toString()
          const expected = new URLSearchParams(query)
          const parts = queryParts(query)!
          expect(new Set(Object.keys(parts))).toEqual(new Set(expected.keys()))
          for (const name of new Set(expected.keys()))
            expect([parts[name]].flat()).toEqual(expected.getAll(name))
        },
      ),
    )
  })

  test('no query makes it throw', () => {
    fc.assert(fc.property(fc.string(), (query) => void queryParts(query)))
    expect(queryParts('')).toEqual({})
  })
})

describe('media types of answers', () => {
  const JSON_CSV = ['application/json', 'text/csv']
  test.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV;q=0.5, application/*;q=0.4', 'text/csv'],
    ['application/json;q=0, */*', 'text/csv'],
    ['text/*, application/json;q=0.9', 'text/csv'],
    ['text/html', undefined],
    ['*/*;q=0', undefined],
    ['application/json;q=0.001, text/csv;q=0', 'application/json'],
    ['nonsense', 'application/json'],
    ['text/csv; charset="a,b"', 'application/json'],
  ])('Accept: %s prefers %s', (accept, type) => expect(preferred(accept, JSON_CSV)).toBe(type))

  test('nothing makes the choice throw or choose what was not offered', () => {
    const bit = fc.constantFrom(
      'text',
      '/',
      '*',
      ',',
      ';',
      'q=',
      '0.5',
      ' ',
      'csv',
      '"',
      '=',
      'application/json',
    )
    fc.assert(
      fc.property(
        fc.array(bit).map((bits) => bits.join('')),
        (accept) => {
          expect([undefined, ...JSON_CSV]).toContain(preferred(accept, JSON_CSV))
        },
      ),
    )
    expect(preferred(`${' '.repeat(4000)};`, JSON_CSV)).toBe('application/json')
  })

  test('another format is made where it is asked for, 406 names what there is', async () => {
    const { hooks, ask } = kit()
    const rows = flow('rows')
      .input<EndpointRequest>()
      .map('rows', () => [[1, 2]])
    hooks.endpoint({
      method: 'GET',
      path: '/rows',
      authorize: everybody,
      flow: rows,
      formats: { 'text/csv': (b) => b.map((r) => r.join(',')).join('\n') },
      otherwise: statuses(),
    })
    const csv = await ask('GET', '/rows', { headers: { accept: 'text/csv' } })
    expect([csv.text, csv.headers['content-type'], csv.headers['vary']]).toEqual([
      '1,2',
      'text/csv',
      'accept',
    ])
    const json = await ask('GET', '/rows')
    expect([json.json, json.headers['vary']]).toEqual([[[1, 2]], 'accept'])
    const none = await ask('GET', '/rows', { headers: { accept: 'image/png' } })
    expect([none.status, none.json]).toMatchObject([406, { available: ['application/json', 'text/csv'] }])
  })
})

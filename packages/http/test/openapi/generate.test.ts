import { pathToFileURL } from 'node:url'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { http, type Answered, type CallFailure, type HttpQuery, type HttpTarget } from '../../src/index.js'
import { generate } from '../../src/openapi/index.js'
import { listing, type Listed } from '../support/listing.js'
import { httpServer } from '../support/loopback.js'
import { folder } from './generated.js'
import { small } from './shop-document.js'

type Any = HttpQuery<unknown, unknown, CallFailure> | HttpTarget<unknown, unknown, CallFailure>
type Api = (client: unknown) => Readonly<Record<string, Any>>

const imported = async (file: string): Promise<Readonly<Record<string, unknown>>> =>
  (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Readonly<Record<string, unknown>>

describe('what is generated', () => {
  test.each(['io-ts', 'zod'] as const)('calls an API, typed both ways (%s)', async (codecs) => {
    const item = {
      id: 'i1',
      price: 2,
      state: null,
      parent: { id: 'i0', price: 1 },
      owner: { name: 'o', vip: true },
    }
    let answer: Listed = {}
    await using server = await listing(() => answer)
    await using f = await folder()
    const { code, notes } = generate(small, { codecs })
    const file = await f.write('shop.ts', code)
    const client = http({ name: 'shop', baseUrl: `${server.url}/v1` })
    const api = ((await imported(file))['shopApi'] as Api)(client)
    const call = async (name: string, input: unknown, then: Listed): Promise<unknown> => {
      answer = then
      const result = await api[name]!.call(input)
      return result._tag === 'Right' ? result.right : result.left
    }
    expect(
      await call(
        'listItems',
        { limit: 5, tag: ['a b', 'c'], ids: ['1', '2'], filterKind: 'a' },
        { body: [item] },
      ),
    ).toEqual([item])
    expect(server.asked[0]?.url).toBe('/v1/items?limit=5&tag=a+b&tag=c&ids=1%2C2&filter%5Bkind%5D=a')
    expect(await call('createItem', { body: item }, { status: 201, body: item })).toEqual(item)
    expect(server.asked[1]).toMatchObject({
      body: item,
      headers: { 'idempotency-key': expect.stringMatching(/^".+"$/) },
    })
    expect(await call('createItem', { body: item }, { status: 204 })).toBeUndefined()
    expect(await call('listItems', {}, { body: [{ id: 7 }] })).toMatchObject({
      _tag: 'BadResponse',
      flaw: 'undecodable',
    })
    expect(
      await call('listItems', {}, { body: [{ ...item, owner: { name: 'o', vip: false, items: 7 } }] }),
    ).toMatchObject({ flaw: 'undecodable' })
    expect(await call('publish', { id: 'a/b' }, { status: 202 })).toBeUndefined()
    expect(server.asked.at(-1)?.url).toBe('/v1/items/a%2Fb:publish')
    for (const id of ['', '..'])
      expect(await call('patchItem', { id, ifMatch: '"1"', body: {} }, {})).toMatchObject({
        _tag: 'StepFailed',
      })
    expect(await call('publish', { id: '' }, {})).toMatchObject({ _tag: 'StepFailed' })
    await call('patchItem', { id: 'i1', ifMatch: '"1"', body: { a: null } }, { body: item })
    expect(server.asked.at(-1)).toMatchObject({
      method: 'PATCH',
      url: '/v1/items/i1',
      body: { a: null },
      headers: { 'if-match': '"1"', 'content-type': 'application/merge-patch+json' },
    })
    const effects = Object.fromEntries(Object.entries(api).map(([name, { effect }]) => [name, effect]))
    expect(effects).toEqual({
      listItems: 'none',
      createItem: 'keyed',
      publish: 'unsafe',
      patchItem: 'unsafe',
      removeItem: 'unsafe',
      getFile: 'none',
      putFile: 'idempotent',
    })
    expect(notes.map((n) => `${n.at}: ${n.what}`)).toEqual([
      'POST /forms: is left out: a body of "multipart/form-data" is not supported',
      'GET /items: the parameter "session" is left out: cookies are not supported',
      'constraints: "minLength" is not checked',
    ])
    for (const { at } of notes) expect(code).toContain(`// - ${at}`)
    client.close()
  })

  test('streams what is no JSON', async () => {
    const got: string[] = []
    await using server = await httpServer((req, res) => {
      let text = ''
      req.on('data', (c: Buffer) => (text += c.toString()))
      req.on('end', () => {
        got.push(`${req.method} ${req.headers['content-type']} ${text}`)
        res.end('pixels')
      })
    })
    await using f = await folder()
    const client = http({ name: 'shop', baseUrl: server.url })
    const api = ((await imported(await f.write('s.ts', generate(small).code)))['shopApi'] as Api)(client)
    await api['putFile']!.run({ id: 'i', body: () => ({ stream: Readable.from([Buffer.from('png')]) }) })
    const file = (await api['getFile']!.run({ id: 'i' })) as { body: Readable }
    expect(Buffer.concat(await file.body.toArray()).toString()).toBe('pixels')
    expect(got).toEqual(['PUT image/png png', 'GET undefined '])
    client.close()
  })

  test('with whole replies has status and headers', async () => {
    await using server = await listing(() => ({ headers: { etag: '"1"' }, body: [] }))
    await using f = await folder()
    const client = http({ name: 'shop', baseUrl: server.url })
    const { code } = generate(small, { replies: 'whole', name: 'my shop' })
    const api = ((await imported(await f.write('w.ts', code)))['myShop'] as Api)(client)
    const reply = (await api['listItems']!.run({})) as Answered<unknown>
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: [] })
    client.close()
  })

  test('is the same, whatever the order in the document', () => {
    const turned = (value: unknown): unknown =>
      typeof value !== 'object' || value === null
        ? value
        : Array.isArray(value)
          ? value.map(turned)
          : Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([k, v]) => [k, turned(v)]),
            )
    expect(generate(turned(small)).code).toBe(generate(small).code)
  })
})

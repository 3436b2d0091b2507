import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { CallContext, silentLogger, systemClock } from '@xconnector/core'
import { binary, form, http, text, type Body } from '../../src/index.js'
import { httpServer, tcpServer } from '../support/loopback.js'

const received = async () => {
  const requests: { type: string | undefined; length: string | undefined; body: Buffer }[] = []
  const server = await httpServer((req, res) => {
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => {
      const { 'content-type': type, 'content-length': length } = req.headers
      requests.push({ type, length, body: Buffer.concat(pieces) })
      res.end()
    })
  })
  const client = http({ name: 'api', baseUrl: server.url })
  return {
    client,
    requests,
    target: <A>(body: Body<A>, headers: Record<string, string> = {}) =>
      client.target({ name: 'post', method: 'POST', path: '/', effect: 'unsafe', body, headers }),
    async [Symbol.asyncDispose]() {
      client.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

const contextFor = () =>
  new CallContext(
    { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} },
    'test',
    'x',
  )

describe('a form', () => {
  test('is sent as URL-encoded UTF-8, lists repeating their name, nothing for what is not there', async () => {
    await using api = await received()
    await api
      .target(form<{ a: string; n: number; tags: string[]; no?: string; yes: boolean; big: bigint }>())
      .run({
        a: 'ä & b=c+d',
        n: 1.5,
        tags: ['x', 'y z'],
        yes: true,
        big: 2n ** 64n,
      })
    expect(api.requests).toMatchObject([{ type: 'application/x-www-form-urlencoded' }])
    expect(String(api.requests[0]!.body)).toBe(
      'a=%C3%A4+%26+b%3Dc%2Bd&n=1.5&tags=x&tags=y+z&yes=true&big=18446744073709551616',
    )
    expect(api.requests[0]!.length).toBe(String(api.requests[0]!.body.length))
  })

  test('is made by a function of the input, and a header of the target wins over its type', async () => {
    await using api = await received()
    const body = form((user: { id: number }) => ({ user: user.id }))
    await api
      .target(body, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' })
      .run({ id: 7 })
    expect(api.requests).toMatchObject([
      { type: 'application/x-www-form-urlencoded; charset=utf-8', body: Buffer.from('user=7') },
    ])
  })

  test('any fields come back from the platform’s own parser as they went in', () => {
    const { of, write } = form<Record<string, string>>().buffered
    const wellFormed = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, wellFormed)), (fields) => {
        const given = Object.fromEntries(fields)
        const back = [...new URLSearchParams(Buffer.from(write(of(given), 'body')).toString())]
        expect(back).toEqual(Object.entries(given))
      }),
    )
  })

  test.each([
    ['a number that is none', { n: Number.NaN }, /the number in the field "n" is not finite/],
    ['an integer that has lost digits', { n: 2 ** 53 }, /the integer in the field "n" is past 2\^53 - 1/],
    ['half a surrogate pair', { n: '\ud800' }, /the field "n" has half a surrogate pair/],
    ['an object', { n: {} as never }, /expected a text, a number or a boolean in the field "n", got object/],
    ['no fields', 'a=b' as never, /form: expected an object of fields, got string/],
  ])('%s is not sent', async (_, fields, message) => {
    await using api = await received()
    const ended = await api.target(form<{ n: number | string }>()).call(fields)
    expect(ended).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(String((ended as { left: { cause: unknown } }).left.cause)).toMatch(message)
    expect(api.requests).toEqual([])
  })

  test('a credential among the fields is not shown where an answer echoes it', async () => {
    await using server = await httpServer((req, res) => {
      res.writeHead(400, { 'content-type': 'text/plain' })
      req.pipe(res)
    })
    const client = http({ name: 'api', baseUrl: server.url })
    const body = form<{ password: string }>()
    const post = client.target({ name: 'p', method: 'POST', path: '/', effect: 'unsafe', body })
    const ended = await post.call({ password: 'canary-in-a-form' })
    expect(ended).toMatchObject({ left: { _tag: 'Rejected' } })
    expect(JSON.stringify(ended)).not.toContain('canary-in-a-form')
    client.close()
  })

  test('is sent again by the quick retry, whole', async () => {
    await using server = await tcpServer((socket) => socket.resetAndDestroy())
    const client = http({ name: 'api', baseUrl: server.url })
    const body = form<{ a: string }>()
    const put = client.target({ name: 'p', method: 'PUT', path: '/', effect: 'idempotent', body })
    expect(await put.call({ a: 'b' })).toMatchObject({ left: { _tag: 'ConnectionLost' } })
    expect(server.requests.map((r) => r.split('\r\n\r\n')[1])).toEqual(['a=b', 'a=b'])
    client.close()
  })

  test('its fields are shown in a dry run', async () => {
    const client = http({ name: 'api', baseUrl: 'https://api.test' })
    const post = client.target({
      name: 'p',
      method: 'POST',
      path: '/',
      effect: 'unsafe',
      body: form<{ n: bigint }>(),
    })
    expect(await post.preview!({ n: 5n }, contextFor())).toMatchObject({ body: { n: '5' } })
  })
})

describe('a text', () => {
  test('is sent in UTF-8 with its type', async () => {
    await using api = await received()
    await api.target(text()).run('häßlich')
    await api.target(text((n: number) => `<n>${n}</n>`, { type: 'application/xml' })).run(5)
    await api.target(text()).run('')
    expect(api.requests).toEqual([
      { type: 'text/plain; charset=utf-8', length: '9', body: Buffer.from('häßlich') },
      { type: 'application/xml', length: '8', body: Buffer.from('<n>5</n>') },
      { type: 'text/plain; charset=utf-8', length: '0', body: Buffer.alloc(0) },
    ])
  })

  test('what UTF-8 cannot carry, or is no text, is not sent', async () => {
    await using api = await received()
    for (const bad of ['\udc00', 5 as never])
      expect(await api.target(text()).call(bad)).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(api.requests).toEqual([])
  })

  test('a type that is none is refused when it is declared', () => {
    for (const type of ['', 'xml', 'text/plain\r\nx: y', 'a/b\n'])
      expect(() => text({ type })).toThrow(/^text type: expected a content type/)
  })
})

test('bytes in memory are sent as they are: their view, not its whole buffer', async () => {
  await using api = await received()
  const all = Buffer.from('abcdef')
  await api.target(binary({ type: 'image/png' })).run(all.subarray(2, 4))
  await api.target(binary((n: number) => new Uint8Array(n))).run(3)
  expect(api.requests).toMatchObject([
    { type: 'image/png', body: Buffer.from('cd') },
    { type: 'application/octet-stream', body: Buffer.alloc(3) },
  ])
  expect(await api.target(binary()).call('text' as never)).toMatchObject({ left: { _tag: 'StepFailed' } })
})

test('more than maxRequestBytes is not sent', async () => {
  const client = http({ name: 'api', baseUrl: 'https://api.test', maxRequestBytes: 10 })
  const post = client.target({ name: 'p', method: 'POST', path: '/', effect: 'unsafe', body: text() })
  expect(await post.call('x'.repeat(11))).toMatchObject({ left: { _tag: 'StepFailed' } })
})

test('the input’s type is that of the body', () => {
  const client = http({ name: 'api', baseUrl: 'https://api.test' })
  const declared = { name: 'p', method: 'POST', path: '/', effect: 'keyed' } as const
  const fields = client.target({ ...declared, body: form<{ a: string; b?: number[] }>() })
  expectTypeOf(fields.call).parameter(0).toEqualTypeOf<{ a: string; b?: number[] }>()
  const made = client.target({ ...declared, body: form((user: { id: number }) => ({ user: user.id })) })
  expectTypeOf(made.call).parameter(0).toEqualTypeOf<{ id: number }>()
  const note = client.target({ ...declared, body: text() })
  expectTypeOf(note.call).parameter(0).toEqualTypeOf<string>()
  const image = client.target({ ...declared, body: binary((i: { png: Uint8Array }) => i.png) })
  expectTypeOf(image.call).parameter(0).toEqualTypeOf<{ png: Uint8Array }>()
  // @ts-expect-error a form has no objects in its fields
  const nested = (): unknown => form<{ a: { b: string } }>()
  // @ts-expect-error nor does one that is made
  const madeNested = (): unknown => form((a: string) => ({ a: { a } }))
  // @ts-expect-error a text is made of texts
  const wrong = (): unknown => text((n: number) => n)
  expect([nested, madeNested, wrong]).toHaveLength(3)
})

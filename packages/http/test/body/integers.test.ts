import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http, json, type HttpOptions } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'

const ID = '12345678901234567890'

const setting = async (answer: string, options: Partial<HttpOptions> = {}) => {
  const bodies: string[] = []
  const server = await httpServer((req, res) => {
    let text = ''
    req.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    req.on('end', () => {
      bodies.push(text)
      res.setHeader('content-type', 'application/json').end(answer)
    })
  })
  const client = http({ name: 'api', baseUrl: server.url, ...options })
  return {
    client,
    bodies,
    async [Symbol.asyncDispose]() {
      client.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

const Any = z.unknown()

describe('an integer past 2^53 - 1 in an answer', () => {
  test('is a BadResponse that names the place, not the number as it would have been rounded', async () => {
    await using api = await setting(`{"asset":{"id":${ID}}}`)
    const query = api.client.query({ name: 'asset', path: '/a', response: Any })
    const ended = await query.call()
    expect(ended).toMatchObject({
      left: {
        _tag: 'BadResponse',
        flaw: 'unsafe-number',
        kind: 'permanent',
        issues: [{ path: ['asset', 'id'] }],
      },
    })
  })

  test('is a string where the client says so, or where the query does', async () => {
    await using api = await setting(`{"id":${ID},"n":1}`, { integers: 'text' })
    const query = api.client.query({ name: 'asset', path: '/a', response: Any })
    expect(await query.run()).toEqual({ id: ID, n: 1 })
    const strict = api.client.query({ name: 'strict', path: '/a', response: Any, integers: 'refuse' })
    expect(await strict.call()).toMatchObject({ left: { flaw: 'unsafe-number' } })
  })

  test('does not hide a failure from refine, which gets it as a string', async () => {
    const seen: unknown[] = []
    await using server = await httpServer((_, res) => res.writeHead(409).end(`{"id":${ID}}`))
    const client = http({
      name: 'api',
      baseUrl: server.url,
      refine: (_, answer) => void seen.push(answer.json()),
    })
    await client.query({ name: 'asset', path: '/a' }).call()
    expect(seen).toEqual([{ id: ID }])
    client.close()
  })

  test('is nobody’s business where the body is not looked at', async () => {
    await using api = await setting(`{"id":${ID}}`)
    expect(await api.client.query({ name: 'ping', path: '/a' }).call()).toMatchObject({ _tag: 'Right' })
  })
})

describe('an integer past 2^53 - 1 in a body', () => {
  const post = (client: ReturnType<typeof http>, integers?: 'text') =>
    client.target({
      name: 'post',
      method: 'POST',
      path: '/a',
      effect: 'unsafe',
      body: json<unknown>(),
      ...(integers && { integers }),
    })

  test('is not sent: it has lost digits already', async () => {
    await using api = await setting('{}')
    const ended = await post(api.client, 'text').call({ a: { id: Number(ID) } })
    expect(ended).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(String((ended as { left: { cause: unknown } }).left.cause)).toContain('"a.id"')
    expect(api.bodies).toEqual([])
  })

  test('is sent exactly as a bigint where that is asked for, and shown so in a dry run', async () => {
    await using api = await setting('{}')
    const target = post(api.client, 'text')
    await target.run({ id: BigInt(ID) })
    expect(api.bodies).toEqual([`{"id":${ID}}`])
    expect(await post(api.client).call({ id: BigInt(ID) })).toMatchObject({ left: { _tag: 'StepFailed' } })
    expect(api.bodies).toHaveLength(1)
  })
})

test('nonsense is refused when it is declared', () => {
  const options = { name: 'api', baseUrl: 'https://api.test' }
  expect(() => http({ ...options, integers: 'round' as never })).toThrow(
    /http "api" integers: expected 'refuse' or 'text'/,
  )
  const client = http(options)
  expect(() => client.query({ name: 'q', path: '/', integers: 5 as never })).toThrow(
    /"q" of http "api" integers/,
  )
})

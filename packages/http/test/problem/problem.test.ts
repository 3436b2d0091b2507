import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeWith } from '@xconnector/core'
import { http, problemOf, problemSchema } from '../../src/index.js'
import { httpServer } from '../support/loopback.js'

const failed = (answer: string, type = 'application/problem+json') => ({
  _tag: 'Rejected',
  answer,
  headers: { 'content-type': type },
})

describe('problem details', () => {
  test('are read from the failure of a call', async () => {
    const problem = {
      type: '/problems/not-approved',
      title: 'Not approved',
      status: 422,
      detail: 'asset a1 is a draft',
      instance: '/assets/a1',
      code: 'not_approved',
      errors: [{ pointer: '#/title' }],
    }
    await using server = await httpServer((_, res) =>
      res
        .writeHead(422, { 'content-type': 'application/problem+json; charset=utf-8' })
        .end(JSON.stringify(problem)),
    )
    const api = http({ name: 'api', baseUrl: `${server.url}/v1` })
    const result = await api.query({ name: 'q', path: '/assets' }).call()
    api.close()
    if (result._tag === 'Right') throw new Error('it was refused')
    const { code, errors, ...members } = problem
    expect(problemOf(result.left)).toEqual({ ...members, extensions: { code, errors } })
    expect(problemOf(result.left, { base: 'https://api.example/v1/assets' })).toMatchObject({
      type: 'https://api.example/problems/not-approved',
      instance: 'https://api.example/assets/a1',
    })
  })

  test('have a type of about:blank by default, also against a base', () => {
    expect(problemOf(failed('{}'))).toEqual({ type: 'about:blank', extensions: {} })
    expect(problemOf(failed('{}'), { base: 'https://a.example' })?.type).toBe('about:blank')
  })

  test('leave out members of the wrong type, and only those', () => {
    const answer = '{"type":7,"title":null,"status":"404","detail":{},"instance":[],"code":null}'
    expect(problemOf(failed(answer))).toEqual({ type: 'about:blank', extensions: { code: null } })
    for (const status of [99, 600, 404.5, -1])
      expect(problemOf(failed(`{"status":${status}}`))).not.toHaveProperty('status')
  })

  test('keep a reference that cannot be resolved', () => {
    expect(problemOf(failed('{"type":"http://["}'), { base: 'https://a.example' })?.type).toBe('http://[')
    expect(problemOf(failed('{"type":"x"}'), { base: 'no base' })?.type).toBe('x')
  })

  test('do not pollute what inherits from Object', () => {
    const problem = problemOf(
      failed('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    )
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(problem?.extensions)).toBe(Object.prototype)
  })

  test.each([
    ['no JSON', failed('{"type":')],
    ['cut off', failed(`{"detail":"${'x'.repeat(5000)}`)],
    ['a list', failed('[]')],
    ['a text', failed('"x"')],
    ['null', failed('null')],
    ['another media type', failed('{}', 'application/json')],
    ['a longer media type', failed('{}', 'application/problem+json2')],
    ['no answer', { _tag: 'TimedOut' }],
  ])('are none in %s', (_, failure) => expect(problemOf(failure)).toBeUndefined())

  test('never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (answer) => {
        const problem = problemOf(failed(answer), { base: 'https://a.example' })
        expect(problem === undefined || typeof problem.type === 'string').toBe(true)
      }),
    )
  })

  test('are a decoder too', () => {
    const decode = decodeWith(problemSchema)
    expect(decode({ title: 'x', code: 1 })).toMatchObject({ right: { title: 'x', extensions: { code: 1 } } })
    expect(decode([])).toMatchObject({ left: { _tag: 'DecodeFailed' } })
  })
})

import { HttpResponse, http as msw } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { failure, systemClock, type Tagged, type Target } from '@xconnector/core'
import { http, json, whole, type Answered, type CallFailure, type FailedAnswer } from '../../src/index.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

class NotApproved extends failure('NotApproved', 'permanent')<{ readonly status: number }> {}
class Locked extends failure('Locked', 'transient')<{ readonly by: string }> {}

const codeOf = (answer: FailedAnswer): unknown =>
  (answer.json() as { readonly code?: unknown } | undefined)?.code

const api = http({
  name: 'dam',
  baseUrl: 'https://dam.test',
  refine(before, answer) {
    switch (codeOf(answer)) {
      case 'not_approved':
        return new NotApproved({ status: answer.status })
      case 'locked':
        return new Locked({ by: `${answer.headers['x-by']} after ${before._tag}` })
      case 'broken':
        throw new Error('refine broke')
      default:
        return undefined
    }
  },
})
const put = api.target({
  name: 'put',
  method: 'PUT',
  path: '/a',
  body: json<{ n: number }>(),
  effect: 'idempotent',
  response: z.object({ ok: z.literal(true) }),
})

const answer = (status: number, body: object, headers: Record<string, string> = {}): void =>
  server.use(msw.all('https://dam.test/a', () => HttpResponse.json(body, { status, headers })))

declare const failureOf: <A, B, E extends Tagged>(target: Target<A, B, E>) => E

describe('a client that refines its failures', () => {
  test("makes its API's own of them by the answer's body, and leaves the others", async () => {
    answer(409, { code: 'not_approved' })
    expect(await put.call({ n: 1 })).toMatchObject({ left: { _tag: 'NotApproved', status: 409 } })
    answer(423, { code: 'locked' }, { 'X-By': 'ann' })
    expect(await put.call({ n: 1 })).toMatchObject({ left: { _tag: 'Locked', by: 'ann after Rejected' } })
    answer(409, { code: 'something else' })
    expect(await put.call({ n: 1 })).toMatchObject({ left: { _tag: 'Conflict' } })
    server.use(msw.all('https://dam.test/a', () => new HttpResponse('<p>', { status: 409 })))
    expect(await put.call({ n: 1 })).toMatchObject({ left: { _tag: 'Conflict' } })
  })

  test('sees an answer of 2xx too when its shape is another one', async () => {
    answer(200, { code: 'locked' }, { 'x-by': 'bob' })
    expect(await put.call({ n: 1 })).toMatchObject({ left: { _tag: 'Locked', by: 'bob after BadResponse' } })
  })

  test('is not asked where there was no answer', async () => {
    server.use(msw.all('https://dam.test/a', () => HttpResponse.error()))
    expect(await put.call({ n: 1 })).toMatchObject({ left: { kind: 'transient' } })
  })

  test('that throws fails as a step, and what was answered still counts for the circuit', async () => {
    answer(429, { code: 'broken' }, { 'retry-after': '30' })
    expect(await put.call({ n: 1 })).toMatchObject({
      left: { _tag: 'StepFailed', message: expect.stringContaining('refine broke') as string },
    })
    expect(api.destination.gate(systemClock).parkedUntil()).toBeGreaterThan(0)
  })

  test('brings its failures into the union of every target, query and download', () => {
    expectTypeOf(() => failureOf(put)).returns.toEqualTypeOf<CallFailure | NotApproved | Locked>()
    const left = async () => {
      const r = await api.query({ name: 'q', path: '/q' }).call()
      return r._tag === 'Left' ? r.left : undefined
    }
    expectTypeOf(left).returns.resolves.toEqualTypeOf<CallFailure | NotApproved | Locked | undefined>()
    expect(put.name).toBe('put')
  })
})

describe('the whole answer', () => {
  const plain = http({ name: 'site', baseUrl: 'https://dam.test' })

  test('is its status, its headers and its decoded body', async () => {
    answer(201, { ok: true }, { ETag: '"7"' })
    const made = plain.query({ name: 'q', path: '/a', response: whole(z.object({ ok: z.boolean() })) })
    const reply = await made.run()
    expectTypeOf(reply).toEqualTypeOf<Answered<{ ok: boolean }>>()
    expect(reply).toMatchObject({ status: 201, headers: { etag: '"7"' }, body: { ok: true } })
  })

  test('without a decoder has no body, whatever was answered', async () => {
    server.use(msw.all('https://dam.test/a', () => new HttpResponse('<p>', { headers: { location: '/b' } })))
    const post = plain.target({
      name: 'p',
      method: 'POST',
      path: '/a',
      effect: 'idempotent',
      response: whole(),
    })
    const reply = await post.run()
    expectTypeOf(reply).toEqualTypeOf<Answered<void>>()
    expect(reply).toMatchObject({ status: 200, headers: { location: '/b' } })
    expect(reply.body).toBeUndefined()
  })

  test('of another shape is a BadResponse', async () => {
    answer(200, { ok: 1 })
    const made = plain.query({ name: 'q', path: '/a', response: whole(z.object({ ok: z.boolean() })) })
    expect(await made.call()).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'undecodable' } })
  })
})

test('a keyed target sends the key that it is told to make', async () => {
  const keys: unknown[] = []
  server.use(
    msw.put('https://dam.test/a', ({ request }) => {
      keys.push(request.headers.get('idempotency-key'), request.headers.get('x-once'))
      return HttpResponse.json({})
    }),
  )
  const plain = http({ name: 'site', baseUrl: 'https://dam.test' })
  const record = plain.target({
    name: 'record',
    method: 'PUT',
    path: '/a',
    body: json<{ n: number }>(),
    effect: 'keyed',
    key: (input, ctx) => `${ctx.key}/${input.n}`,
  })
  await record.run({ n: 7 }, { key: 'k' })
  const other = http({ name: 'o', baseUrl: 'https://dam.test', keyHeader: 'X-Once', quoteKey: false })
  const bare = other.target({ name: 'bare', method: 'PUT', path: '/a', effect: 'keyed' })
  await bare.run(undefined, { key: 'k' })
  expect(keys).toEqual(['"k/7"', null, null, 'k'])
})

import { expect, test } from 'vitest'
import { contentstack } from '../../src/index.js'
import { listenOn } from '../../src/testing/listening.js'

const answering = async (status: number, body: string): Promise<unknown> => {
  await using server = await listenOn(
    async () => new Response(body, { status, headers: { 'content-type': 'application/json' } }),
  )
  const cms = contentstack({ apiKey: 'blt1', managementToken: 'token', hosts: server.url })
  const result = await cms.management.entry.call({ contentType: 'article', uid: 'blt2' })
  cms.close()
  return result._tag === 'Left' ? result.left : result.right
}

const envelope = (code: number, errors: object = {}): string =>
  JSON.stringify({ error_message: 'It was refused.', error_code: code, errors })

test.each([
  [422, 141, 'ItemNotFound'],
  [422, 118, 'ItemNotFound'],
  [404, 347, 'ItemNotFound'],
  [422, 119, 'StackRejected'],
  [412, 109, 'StackRejected'],
  [412, 366, 'StackRejected'],
  [401, 161, 'StackRejected'],
  [401, 294, 'StackRejected'],
  [401, 105, 'Unauthorized'],
  [403, 105, 'Forbidden'],
  [429, 429, 'RateLimited'],
  [500, 500, 'Unavailable'],
])('%i with the code %i is %s', async (status, code, tag) => {
  expect(await answering(status, envelope(code))).toMatchObject({ _tag: tag })
})

test.each([
  [404, 'ItemNotFound'],
  [422, 'Rejected'],
  [412, 'PreconditionFailed'],
  [401, 'Unauthorized'],
])('%i without the envelope is %s', async (status, tag) => {
  expect(await answering(status, '{"error":"no"}')).toMatchObject({ _tag: tag })
  expect(await answering(status, '<html>')).toMatchObject({ _tag: tag })
})

test('a refusal keeps the message and what is wrong with which field, and says them', async () => {
  const failure = await answering(
    422,
    envelope(119, { title: ['is not unique.'], url: ['is taken.', 7], deep: {} }),
  )
  expect(failure).toMatchObject({
    _tag: 'StackRejected',
    kind: 'permanent',
    destination: 'contentstack-management',
    target: 'read-entry',
    path: '/v3/content_types/:contentType/entries/:uid',
    status: 422,
    errorCode: 119,
    errorMessage: 'It was refused.',
    errors: { title: ['is not unique.'], url: ['is taken.'] },
    message:
      'GET /v3/content_types/:contentType/entries/:uid of "contentstack-management" was answered with 422, error code 119: ' +
      'It was refused. (title is not unique.; url is taken.)',
  })
})

test('what is kept of a refusal is capped', async () => {
  const errors = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`f${i}`, ['x', 'x', 'x', 'x', 'x', 'x']]),
  )
  const failure = (await answering(422, envelope(119, errors))) as { errors: Record<string, string[]> }
  expect(Object.keys(failure.errors).length).toBe(32)
  expect(failure.errors['f0']!.length).toBe(4)
  const long = (await answering(422, envelope(119, { title: ['y'.repeat(9000)] }))) as { message: string }
  expect(long).toMatchObject({ _tag: 'StackRejected', errorCode: 119, errors: {}, errorMessage: '' })
  expect(long.message).toMatch(/error code 119: without a message$/)
})

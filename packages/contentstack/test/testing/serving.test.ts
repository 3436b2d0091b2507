import { expect, test } from 'vitest'
import { fakeStack, type FakeStack } from '../../src/testing/index.js'
import { fixedClock, NOW } from '../support/fixed-clock.js'

const cma = 'https://api.contentstack.io/v3'
const cda = 'https://cdn.contentstack.io/v3'

const asked = async (
  stack: FakeStack,
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Headers; body: unknown }> => {
  const response = await stack.fetch(
    new Request(url, { headers: { api_key: stack.settings.apiKey, ...headers } }),
  )
  return { status: response.status, headers: response.headers, body: await response.json() }
}
const manage = (stack: FakeStack, path: string) =>
  asked(stack, cma + path, { authorization: stack.settings.managementToken })
const deliver = (stack: FakeStack, path: string) =>
  asked(stack, cda + path, { access_token: stack.settings.delivery.token })

test('reads of the management API are limited to ten in a second of its clock, and say how many are left', async () => {
  const clock = fixedClock()
  const stack = fakeStack({ contentTypes: ['article'], clock })
  const first = await manage(stack, '/content_types')
  for (let i = 2; i <= 10; i++) await manage(stack, '/content_types')
  const over = await manage(stack, '/content_types')
  clock.at = NOW + 1000
  const later = await manage(stack, '/content_types')
  expect(
    [first, over, later].map((a) => [
      a.status,
      a.headers.get('x-ratelimit-limit'),
      a.headers.get('x-ratelimit-remaining'),
    ]),
  ).toEqual([
    [200, '10', '9'],
    [429, '10', '0'],
    [200, '10', '9'],
  ])
  expect(over.body).toMatchObject({ error_code: 429 })
  expect(over.headers.has('retry-after')).toBe(false)
})

test('the delivery API is not limited', async () => {
  const stack = fakeStack({ contentTypes: ['article'], clock: fixedClock() })
  for (let i = 0; i < 30; i++)
    expect((await deliver(stack, '/content_types/article/entries?environment=production')).status).toBe(200)
})

test.each(['only[BASE][]=teaser', 'only[BASE][0]=teaser', 'except[BASE][]=body&except[BASE][1]=title'])(
  'the query %s chooses the fields',
  async (query) => {
    const stack = fakeStack({ contentTypes: ['article'] })
    const { uid } = stack.entries.save('article', { title: 'A', teaser: 't', body: 'b' })
    const { body } = await manage(stack, `/content_types/article/entries/${uid}?${query}`)
    const { entry } = body as { entry: Record<string, unknown> }
    expect([entry['uid'], entry['teaser'], entry['body']]).toEqual([uid, 't', undefined])
  },
)

test.each(['include[]=author', 'include[0]=author', 'include[][]=author', 'include=author'])(
  'the query %s resolves references',
  async (query) => {
    const stack = fakeStack({ contentTypes: ['article', 'author'] })
    const author = stack.entries.save('author', { title: 'Zoë' }).uid
    const { uid } = stack.entries.save('article', {
      title: 'A',
      author: [{ uid: author, _content_type_uid: 'author' }],
    })
    const { body } = await manage(stack, `/content_types/article/entries/${uid}?${query}`)
    expect(body).toMatchObject({ entry: { author: [{ title: 'Zoë', _content_type_uid: 'author' }] } })
  },
)

test('lists are paged, counted and filtered by equality; operators are refused, not ignored', async () => {
  const stack = fakeStack({ contentTypes: ['article'] })
  for (let i = 0; i < 5; i++) stack.entries.save('article', { title: `A${i}`, even: i % 2 === 0 })
  const titles = (body: unknown): unknown =>
    (body as { entries: { title: string }[] }).entries.map((e) => e.title)
  const page = await manage(stack, '/content_types/article/entries?skip=1&limit=2&include_count=true')
  expect([titles(page.body), (page.body as { count: number }).count]).toEqual([['A1', 'A2'], 5])
  const even = await manage(
    stack,
    `/content_types/article/entries?query=${encodeURIComponent('{"even":true}')}`,
  )
  expect(titles(even.body)).toEqual(['A0', 'A2', 'A4'])
  const operator = encodeURIComponent('{"even":{"$ne":true}}')
  expect(await manage(stack, `/content_types/article/entries?query=${operator}`)).toMatchObject({
    status: 422,
  })
})

test('the delivery API shows nothing before it is published, nor after it was unpublished or deleted', async () => {
  const stack = fakeStack({ contentTypes: ['article'], environments: ['production', 'staging'] })
  const { uid } = stack.entries.save('article', { title: 'A' })
  const shown = (environment: string) =>
    deliver(stack, `/content_types/article/entries/${uid}?environment=${environment}`).then((a) => a.status)
  expect(await shown('production')).toBe(422)
  stack.entries.publish(uid, { environment: 'staging' })
  expect([await shown('production'), await shown('staging'), await shown('nowhere')]).toEqual([422, 200, 422])
  stack.entries.unpublish(uid, { environment: 'staging' })
  expect(await shown('staging')).toBe(422)
  stack.entries.publish(uid)
  stack.entries.remove(uid)
  expect(await shown('production')).toBe(422)
})

test('a missing localization falls back to the master only when it is asked to', async () => {
  const stack = fakeStack({ contentTypes: ['article'], locales: ['en-us', 'de-de'] })
  const { uid } = stack.entries.save('article', { title: 'A' })
  stack.entries.publish(uid)
  const path = `/content_types/article/entries/${uid}?environment=production&locale=de-de`
  expect((await deliver(stack, path)).status).toBe(422)
  expect((await deliver(stack, `${path}&include_fallback=true`)).body).toMatchObject({
    entry: { locale: 'en-us' },
  })
})

test('faults are met in turn, by the requests that they are for', async () => {
  const stack = fakeStack({ contentTypes: ['article'] })
  stack.fail({ with: 503, times: 2, match: '/entries', headers: { 'retry-after': '1' } })
  stack.fail({ with: 500, match: /content_types$/ })
  const statuses = []
  for (const path of [
    '/content_types',
    '/content_types/article/entries',
    '/content_types/article/entries',
    '/content_types',
    '/content_types/article/entries',
  ])
    statuses.push((await manage(stack, path)).status)
  expect(statuses).toEqual([500, 503, 503, 200, 200])
  expect(stack.log.map((r) => r.status)).toEqual(statuses)
})

test('a request that hangs is never answered, and ends with its caller', async () => {
  const stack = fakeStack({ contentTypes: ['article'] })
  stack.fail({ with: 'hang' })
  const caller = new AbortController()
  const answer = stack.fetch(new Request(`${cma}/content_types`, { signal: caller.signal }))
  caller.abort(new Error('gone'))
  await expect(answer).rejects.toThrow('gone')
  expect(stack.log[0]).toMatchObject({ status: 0, api: 'management' })
})

test.each([
  ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
  ['bytes=10-', 416, '', 'bytes */10'],
  ['lines=1-2', 200, '0123456789', null],
])('a file answers the range %s with %i', async (range, status, text, contentRange) => {
  const stack = fakeStack()
  const event = stack.assets.save({ filename: 'a.txt', type: 'text/plain', file: Buffer.from('0123456789') })
  const { url } = (event.bodies.full as unknown as { data: { asset: { url: string } } }).data.asset
  const response = await stack.fetch(new Request(url, { headers: { range } }))
  expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([
    status,
    text,
    contentRange,
  ])
})

test('each version of an asset keeps its own file', async () => {
  const stack = fakeStack()
  const save = (text: string, uid?: string) =>
    stack.assets.save(
      { filename: 'a.txt', type: 'text/plain', file: Buffer.from(text) },
      uid === undefined ? {} : { uid },
    )
  const urlOf = (event: ReturnType<typeof save>): string =>
    (event.bodies.full as unknown as { data: { asset: { url: string } } }).data.asset.url
  const first = save('one')
  const second = save('two', first.uid)
  const read = async (url: string): Promise<string> => (await stack.fetch(new Request(url))).text()
  expect([await read(urlOf(first)), await read(urlOf(second))]).toEqual(['one', 'two'])
})

import { expect, test } from 'vitest'
import { flow } from '@xconnector/core'
import { statuses, type EndpointRequest } from '../../src/index.js'
import { everybody, kit } from '../support/endpoint-kit.js'

const setup = (cache: { readonly control: string; readonly etag?: boolean }) => {
  const k = kit()
  let price = 1
  const prices = flow('prices')
    .input<EndpointRequest>()
    .filter('known', () => price > 0)
    .map('price', () => ({ price }))
  k.hooks.endpoint({
    method: 'GET',
    path: '/p',
    authorize: everybody,
    flow: prices,
    otherwise: statuses(),
    cache,
  })
  return { ...k, set: (to: number) => void (price = to) }
}

test('an answer says how it may be stored, and is 304 to who has it', async () => {
  const { ask, set } = setup({ control: 'private, max-age=60' })
  const first = await ask('GET', '/p')
  const etag = first.headers['etag']!
  expect([first.headers['cache-control'], etag]).toEqual([
    'private, max-age=60',
    expect.stringMatching(/^W\/"[\w-]{27}"$/),
  ])
  for (const known of [etag, etag.slice(2), `"a", ${etag} , "b"`, '*']) {
    const again = await ask('GET', '/p', { headers: { 'if-none-match': known } })
    expect([again.status, again.text, again.headers], known).toEqual([
      304,
      '',
      { etag, 'cache-control': 'private, max-age=60' },
    ])
  }
  expect((await ask('HEAD', '/p', { headers: { 'if-none-match': etag } })).status).toBe(304)
  set(2)
  const changed = await ask('GET', '/p', { headers: { 'if-none-match': etag } })
  expect([changed.status, changed.json]).toEqual([200, { price: 2 }])
  expect(changed.headers['etag']).not.toBe(etag)
})

test.each(['', 'W/', '"', '"\u0001"', 'a'])('the malformed tag %j is another one', async (tag) => {
  expect(
    (await setup({ control: 'no-cache' }).ask('GET', '/p', { headers: { 'if-none-match': encodeURI(tag) } }))
      .status,
  ).toBe(200)
})

test('a failure is never stored, and without etag none is made', async () => {
  const { ask, set } = setup({ control: 'public, max-age=60', etag: false })
  expect((await ask('GET', '/p')).headers['etag']).toBeUndefined()
  set(0)
  const failed = await ask('GET', '/p', { headers: { 'if-none-match': '*' } })
  expect([failed.status, failed.headers['cache-control']]).toEqual([404, 'no-store'])
})

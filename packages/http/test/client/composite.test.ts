import { HttpResponse, http as msw } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { byKind, failure, flow, left, right, type Tagged, type Target } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { http, type CallFailure } from '../../src/index.js'
import { manualClock } from '../support/manual-clock.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

class Draft extends failure('Draft', 'permanent')<object> {}

const site = http({ name: 'site', baseUrl: 'https://site.test', destination: { concurrency: 1 } })
const page = site.query({
  name: 'page',
  path: '/pages/:id',
  response: z.object({ id: z.string(), draft: z.boolean() }),
})
const publish = site.target({
  name: 'publish',
  method: 'PUT',
  path: '/pages/:id/public',
  effect: 'idempotent',
})
const release = site.composite({
  name: 'release',
  effect: 'idempotent',
  async run(input: { id: string }, ctx) {
    const found = await page.call(input, ctx)
    if (found._tag === 'Left') return found
    return found.right.draft ? left(new Draft({})) : publish.call(input, ctx)
  },
})

declare const failureOf: <A, B, E extends Tagged>(target: Target<A, B, E>) => E

test('a target of several calls runs in a flow and by itself, with one slot for each call', async () => {
  const seen: string[] = []
  server.use(
    msw.get('https://site.test/pages/:id', ({ params }) =>
      HttpResponse.json({ id: params['id'], draft: params['id'] === 'd' }),
    ),
    msw.put('https://site.test/pages/:id/public', ({ params }) => {
      seen.push(String(params['id']))
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await release.run({ id: 'a' })
  expect(await release.call({ id: 'd' })).toMatchObject({ left: { _tag: 'Draft' } })
  await using t = testFlow(flow('f').input<{ id: string }>().to(release).otherwise(byKind()))
  expect((await t.send({ id: 'b' })).dead).toEqual([])
  expect((await t.send({ id: 'd' })).dead).toMatchObject([{ hop: 'release', error: { _tag: 'Draft' } }])
  expect(seen).toEqual(['a', 'b'])
  expectTypeOf(() => failureOf(release)).returns.toEqualTypeOf<CallFailure | Draft>()
})

test('a plain call has its time as a whole', async () => {
  const clock = manualClock()
  const client = http({ name: 'site', baseUrl: 'https://site.test', ports: { clock } })
  const slow = client.composite({
    name: 'slow',
    effect: 'idempotent',
    timeout: '5s',
    async run(_: string, ctx) {
      await ctx.clock.sleep(60_000, ctx.signal)
      return right('done')
    },
  })
  const call = slow.call('x')
  clock.advance(5_000)
  expect(await call).toMatchObject({
    left: { _tag: 'TimedOut', message: 'run slow of "site" was not done in 5000 ms' },
  })
  const other = slow.call('x', { timeout: '2m' })
  clock.advance(60_000)
  expect(await other).toEqual(right('done'))
})

test('a call that is retried runs again from the start', async () => {
  let n = 0
  server.use(
    msw.get('https://site.test/pages/:id', () => HttpResponse.json({ id: 'a', draft: false })),
    msw.put('https://site.test/pages/:id/public', () => {
      const status = ++n === 1 ? 408 : 204
      return new HttpResponse(null, { status })
    }),
  )
  await using t = testFlow(flow('f').input<{ id: string }>().to(release).otherwise(byKind()))
  const { dead, pending } = await t.send({ id: 'a' })
  expect([n, dead, pending]).toEqual([2, [], 0])
})

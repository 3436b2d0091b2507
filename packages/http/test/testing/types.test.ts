import { expect, expectTypeOf, test } from 'vitest'
import { http, whole, type Answered } from '../../src/index.js'
import { collection, mockRemote, on, problem, reply, type MockReply } from '../../src/testing/index.js'
import { Page, siteAt } from './site.js'

const { site, page, post, search, notify, file, list, put } = siteAt('https://site.test')

test('a handler is typed by what is declared: names of the path, and the answer on the wire', () => {
  on(page, ({ params }) => {
    expectTypeOf(params).toEqualTypeOf<Readonly<Record<'uid', string>>>()
    return { uid: params.uid, title: '' }
  })
  // What a schema takes, not what it gives.
  on(search, () => ({ count: '4' }))
  on(file, () => 'bytes')
  on(file, () => new Uint8Array(3))
  on(notify, () => undefined)
  on(list, () => ({ items: [{ uid: 'a' }], next: null }))
  on(post, () => reply(201, { body: { revision: 1 } }))
  on(post, () => problem(409))
  on(post, () => Response.json({ revision: 1 }))
  on(post, async () => ({ revision: 1 }))
  on(put, { path: '/pages/:uid' }, ({ params }) => ({ uid: params['uid']!, title: '' }))
  const answered = site.query({ name: 'whole', path: '/w', response: whole(Page) })
  expectTypeOf(() => answered.run()).returns.resolves.toEqualTypeOf<Answered<Page>>()
  on(answered, () => ({ uid: '', title: '' }))
  expectTypeOf(collection<Page>().read({ headers: new Headers() }, 'a')).toEqualTypeOf<MockReply<Page>>()
  expect(mockRemote(site, []).requests).toEqual([])
})

test('the mistakes that the compiler finds', () => {
  // @ts-expect-error the path has another name
  on(page, ({ params }) => ({ uid: params.id, title: '' }))
  // @ts-expect-error the answer lacks its title
  on(page, () => ({ uid: 'a' }))
  // @ts-expect-error the schema takes a text
  on(search, () => ({ count: 4 }))
  // @ts-expect-error a whole answer is held to the body, too
  on(post, () => reply(200, { body: { revision: 'one' } }))
  // @ts-expect-error a download is bytes or a text
  on(file, () => ({ a: 1 }))
  // @ts-expect-error no client declared it
  expect(() => on(page.destination, () => 1)).toThrow(TypeError)
  const composite = site.composite({
    name: 'c',
    effect: 'unsafe',
    run: (_: number, ctx) => page.call({ uid: 'a' }, ctx),
  })
  expect(() => on(composite, () => 1)).toThrow(/as an HTTP client declared it/)
  expect(http).toBeDefined()
})

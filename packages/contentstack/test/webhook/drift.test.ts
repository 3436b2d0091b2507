import { expect, test } from 'vitest'
import { collecting, sceneOf } from '../support/scene.js'

test('a field that comes, and one that goes, are told of one content type, and another type is learned apart', async () => {
  await using scene = await sceneOf()
  const { stack, cms, hooks, url } = scene
  await using flow = await collecting(cms.webhook(hooks, { path: '/cms', on: 'entry.create' }))
  const create = async (n: number, type: string, fields: (i: number) => object): Promise<void> => {
    const events = Array.from({ length: n }, (_, i) =>
      stack.entries.save(type, { title: `T ${i}`, ...fields(i) }),
    )
    for (const event of events) expect((await hooks.fetch(stack.request(event, { url }))).status).toBe(202)
  }
  const told = (): readonly string[] => flow.runtime.drift().map((a) => `${a.type}: ${a.what} ${a.path}`)

  await create(201, 'article', (i) => ({ teaser: `teaser ${i}` }))
  await create(20, 'author', () => ({ nick: 'x' }))
  expect(told()).toEqual([])
  await create(1, 'article', (i) => ({ teaser: `teaser ${i}`, seo: { title: 'x' } }))
  await create(58, 'article', () => ({}))
  expect(told()).toEqual([
    'entry.create article: unknown data.entry.seo',
    'entry.create article: vanished data.entry.teaser',
  ])
})

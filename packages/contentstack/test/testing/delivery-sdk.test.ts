import contentstackSdk from '@contentstack/delivery-sdk'
import { setupServer } from 'msw/node'
import { expect, test } from 'vitest'
import { fakeStack, type FakeStack } from '../../src/testing/index.js'

interface Sdk {
  readonly article: unknown
  readonly asset: unknown
  readonly list: unknown
}

const filled = (): { readonly stack: FakeStack; readonly article: string; readonly asset: string } => {
  const stack = fakeStack({ contentTypes: ['article', 'author'] })
  const author = stack.entries.save('author', { title: 'Zoë' }).uid
  const article = stack.entries.save('article', {
    title: 'A',
    teaser: 'short',
    author: [{ uid: author, _content_type_uid: 'author' }],
  }).uid
  const asset = stack.assets.save({ filename: 'a.png', type: 'image/png', file: Buffer.from('12345') }).uid
  stack.entries.publish(author)
  stack.entries.publish(article)
  stack.assets.publish(asset)
  stack.entries.save('article', { title: 'not shown yet' }, { uid: article })
  return { stack, article, asset }
}

const readBySdk = async (
  { stack, article, asset }: ReturnType<typeof filled>,
  host: object,
): Promise<Sdk> => {
  const { apiKey, delivery } = stack.settings
  const client = contentstackSdk.stack({
    apiKey,
    deliveryToken: delivery.token,
    environment: delivery.environment,
    ...host,
  })
  const entries = client.contentType('article').entry()
  return {
    article: await client.contentType('article').entry(article).includeReference('author').fetch(),
    asset: await client.asset(asset).fetch(),
    list: await entries.only(['title']).includeCount().find(),
  }
}

const EXPECTED = {
  article: { title: 'A', _version: 1, author: [{ title: 'Zoë' }] },
  asset: { filename: 'a.png', file_size: '5', content_type: 'image/png' },
  list: { count: 1, entries: [{ title: 'A' }] },
}

test('the official delivery SDK reads an entry, an asset and a list from the server', async () => {
  const scene = filled()
  await using server = await scene.stack.listen()
  const read = await readBySdk(scene, { host: '127.0.0.1', port: server.port, insecure: true })
  expect(read).toMatchObject(EXPECTED)
  expect((read.list as { entries: object[] }).entries[0]).not.toHaveProperty('teaser')
})

test('the official delivery SDK reads the same through msw, at the hosts of the region', async () => {
  const scene = filled()
  const msw = setupServer(...(await scene.stack.handlers()))
  msw.listen({ onUnhandledFrame: 'error' })
  try {
    expect(await readBySdk(scene, {})).toMatchObject(EXPECTED)
  } finally {
    msw.close()
  }
})

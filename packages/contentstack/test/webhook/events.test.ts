import { expect, test } from 'vitest'
import { decodeWith, type Json } from '@xconnector/core'
import { eventDecoder } from '../../src/webhook/event-decoder.js'
import { EVENT_NAMES, eventNameOf, type EventName } from '../../src/webhook/event-name.js'
import { fakeStack, type FakeEvent } from '../../src/testing/index.js'

const stack = fakeStack({ contentTypes: [{ uid: 'article', title: 'Article', schema: [{ uid: 'title' }] }] })
const article = stack.entries.save('article', { title: 'A', url: '/a' }).uid
const picture = {
  filename: 'a.png',
  type: 'image/png',
  file: Buffer.from('png'),
}
const asset = stack.assets.save(picture).uid

const EVENTS: Readonly<Record<EventName, FakeEvent>> = {
  'entry.create': stack.entries.save('article', { title: 'B' }),
  'entry.update': stack.entries.save('article', { title: 'A2' }, { uid: article }),
  'entry.publish': stack.entries.publish(article),
  'entry.publish.fail': stack.entries.publish(article, { fails: true }),
  'entry.unpublish': stack.entries.unpublish(article),
  'entry.unpublish.fail': stack.entries.unpublish(article, { fails: true }),
  'entry.workflow': stack.entries.move(article, 'review'),
  'entry.delete': stack.entries.remove(article),
  'asset.create': stack.assets.save(picture),
  'asset.update': stack.assets.save(picture, { uid: asset }),
  'asset.publish': stack.assets.publish(asset),
  'asset.publish.fail': stack.assets.publish(asset, { fails: true }),
  'asset.unpublish': stack.assets.unpublish(asset),
  'asset.unpublish.fail': stack.assets.unpublish(asset, { fails: true }),
  'asset.delete': stack.assets.remove(asset),
}

const all = decodeWith(eventDecoder(new Set(EVENT_NAMES)))
const decoded = (raw: Json): unknown => {
  const result = all(raw) as { _tag: string; right?: unknown; left?: { message: string } }
  return result.right ?? result.left!.message
}

test.each(EVENT_NAMES.flatMap((name) => [['full', name] as const, ['concise', name] as const]))(
  'a %s payload of %s decodes to an event of that type',
  (payload, name) => {
    const raw = EVENTS[name].bodies[payload] as { triggered_at: string; api_key: string }
    const uid = EVENTS[name].uid
    const kind = name.slice(0, 5)
    expect(decoded(raw as Json)).toMatchObject({
      type: name,
      at: raw.triggered_at,
      apiKey: raw.api_key,
      data: { [kind]: { uid } },
    })
  },
)

test('an event of an entry keeps its fields, and of its content type only what names it', () => {
  expect(decoded(EVENTS['entry.update'].bodies.full)).toMatchObject({
    locale: 'en-us',
    branch: 'main',
    data: {
      entry: { title: 'A2', url: '/a', _version: 2 },
      content_type: { uid: 'article', title: 'Article' },
    },
  })
  const { data } = decoded(EVENTS['entry.update'].bodies.full) as { data: { content_type: object } }
  expect(Object.keys(data.content_type)).toEqual(['uid', 'title'])
})

test('a concise entry has its uid, title, locale and version, and nothing else', () => {
  const { data } = decoded(EVENTS['entry.update'].bodies.concise) as { data: { entry: object } }
  expect(data.entry).toEqual({ uid: article, title: 'A2', locale: 'en-us', _version: 2 })
})

test('a publication says where, in which locale, and with which release', () => {
  const own = stack.entries.save('article', { title: 'C' }).uid
  const event = stack.entries.publish(own, { release: { uid: 'r-1', title: 'Spring' } })
  expect(decoded(event.bodies.full)).toMatchObject({
    environment: { name: 'production', uid: expect.stringMatching(/^blt/) },
    locale: 'en-us',
    release: { uid: 'r-1', title: 'Spring' },
  })
})

test('a move in a workflow keeps what it says beside the entry, whatever it is', () => {
  const { bodies } = EVENTS['entry.workflow']
  expect(decoded(bodies.full)).toMatchObject({
    data: { details: { workflow: { workflow_stage: { name: 'review' } } } },
  })
  for (const [module, event] of [
    ['entry', 'workflow_stage_change'],
    ['workflow', 'update'],
    ['entry', 'workflow'],
  ])
    expect(eventNameOf({ ...(bodies.full as Record<string, Json>), module: module!, event: event! })).toBe(
      'entry.workflow',
    )
})

test('a deleted entry or asset decodes with its uid alone', () => {
  const raw = EVENTS['entry.delete'].bodies.full as { data: object }
  const bare = {
    ...raw,
    data: { entry: { uid: 'e-1' }, content_type: { uid: 'article' } },
  } as unknown as Json
  expect(decoded(bare)).toMatchObject({ type: 'entry.delete', data: { entry: { uid: 'e-1' } } })
  const gone = {
    ...(EVENTS['asset.delete'].bodies.full as object),
    data: { asset: { uid: 'a-1' } },
  } as unknown as Json
  expect(decoded(gone)).toMatchObject({ type: 'asset.delete', data: { asset: { uid: 'a-1' } } })
})

test.each([
  ['publish', 'success', 'entry.publish'],
  ['publish', 'cs$success', 'entry.publish'],
  ['publish', 'failed', 'entry.publish.fail'],
  ['publish.fail', 'fail', 'entry.publish.fail'],
  ['publish.success', 'success', 'entry.publish'],
  ['unpublish', undefined, 'entry.unpublish'],
  ['deploy', 'success', undefined],
])('the event %s with the status %s is %s', (event, status, name) => {
  const data = status === undefined ? {} : { status }
  expect(eventNameOf({ module: 'entry', event, data })).toBe(name)
})

test('events of folders and of other modules have no name', () => {
  expect(eventNameOf({ module: 'asset', event: 'create', data: { asset: { is_dir: true } } })).toBeUndefined()
  expect(eventNameOf({ module: 'content_type', event: 'update', data: {} })).toBeUndefined()
  for (const raw of [null, 1, 'a', [], {}]) expect(eventNameOf(raw)).toBeUndefined()
})

test('an event that lacks what its type promises does not decode, and says where', () => {
  const raw = EVENTS['entry.publish'].bodies.full as { data: { entry: object } }
  const { entry, ...rest } = raw.data
  const broken = { ...raw, data: { ...rest, entry: { ...entry, _version: '2' } } } as unknown as Json
  expect(decoded(broken)).toBe('data.entry._version: expected number')
})

import { expect, expectTypeOf, test } from 'vitest'
import { deadLetter, flow, type Json, type Source } from '@xconnector/core'
import { bytes, http, ingress, type FailuresOf } from '@xconnector/http'
import {
  contentstack,
  type AssetFields,
  type EntryFields,
  type EntryTrace,
  type EventFrame,
  type StackEvent,
} from '../../src/index.js'

const cms = contentstack({ apiKey: 'blt1', delivery: { token: 't', environment: 'production' } })
const hooks = ingress()
type BodyOf<S> = S extends Source<infer A> ? A : never

test('`on` narrows the events, and `type` tells them apart', () => {
  const source = cms.webhook(hooks, { path: '/a', on: ['entry.publish', 'asset.delete'] })
  type Event = BodyOf<typeof source>
  expectTypeOf<Event['type']>().toEqualTypeOf<'entry.publish' | 'asset.delete'>()
  const name = (e: Event): string => (e.type === 'asset.delete' ? e.data.asset.uid : e.data.entry.title)
  expectTypeOf<Extract<Event, { type: 'entry.publish' }>['environment']['name']>().toEqualTypeOf<string>()
  expectTypeOf<
    Extract<Event, { type: 'entry.publish' }>['data']['entry']['any_field']
  >().toEqualTypeOf<Json>()
  expect(typeof name).toBe('function')
})

test('a concise payload has four fields of an entry', () => {
  const source = cms.webhook(hooks, { path: '/b', on: 'entry.update', payload: 'concise' })
  type Event = BodyOf<typeof source>
  expectTypeOf<Event['data']['entry']>().toEqualTypeOf<EntryFields>()
  expect(source.name).toBe('/b')
})

test('of what was deleted only the uid is sure', () => {
  expectTypeOf<StackEvent<'entry.delete'>['data']['entry']>().toEqualTypeOf<EntryTrace>()
  expectTypeOf<EntryTrace['_version']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<StackEvent<'entry.delete'>>().toExtend<EventFrame<'entry.delete', unknown>>()
  expect(hooks).toBeDefined()
})

test('an asset of an event leads to its file', () => {
  const file = (e: StackEvent<'asset.publish'>) => cms.assets.file(e.data.asset)
  expectTypeOf(file).returns.toHaveProperty('provider')
  expectTypeOf<StackEvent<'asset.publish'>['data']['asset']>().toExtend<AssetFields>()
  expect(
    cms.assets.file({ url: 'https://images.contentstack.io/v3/assets/a', _version: 3, file_size: '12' }),
  ).toEqual({
    provider: 'contentstack-files',
    id: 'https://images.contentstack.io/v3/assets/a',
    version: '3',
    size: 12,
  })
})

test('a body of a file brings what opening and reading it may fail with', () => {
  const opened = async (e: StackEvent<'asset.publish'>) => ({
    stream: await cms.files.open(cms.assets.file(e.data.asset)),
    type: e.data.asset.content_type,
  })
  type Tags = FailuresOf<Awaited<ReturnType<typeof opened>>>['_tag']
  expectTypeOf<
    Extract<Tags, 'FileChanged' | 'ForeignFile' | 'ConnectionLost' | 'TimedOut' | 'NotFound'>
  >().toEqualTypeOf<'FileChanged' | 'ForeignFile' | 'ConnectionLost' | 'TimedOut' | 'NotFound'>()
  const site = http({ name: 'site', baseUrl: 'https://site.example' })
  const put = site.target({
    name: 'put',
    method: 'PUT',
    path: '/file',
    effect: 'idempotent',
    body: bytes(opened),
  })
  expect(put.effect).toBe('idempotent')
})

test('the failures of a read are routed by their tags, no more and no fewer', () => {
  const read = flow('read').input<{ contentType: string; uid: string }>().via(cms.delivery.entry)
  const dead = deadLetter()
  const routes = {
    BadResponse: dead,
    Conflict: dead,
    ConnectFailed: dead,
    ConnectionLost: dead,
    Forbidden: dead,
    ItemNotFound: dead,
    NotFound: dead,
    PreconditionFailed: dead,
    RateLimited: dead,
    Rejected: dead,
    StackRejected: dead,
    StepFailed: dead,
    TimedOut: dead,
    Unauthorized: dead,
    Unavailable: dead,
  }
  expect(() => read.onError(routes)).not.toThrow()
  const { ItemNotFound: _, ...without } = routes
  // @ts-expect-error ItemNotFound is unrouted
  read.onError(without)
})

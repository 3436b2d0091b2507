import { describe, expect, expectTypeOf, test } from 'vitest'
import { byKind, createDestination, flow, right, target, type Source } from '@xconnector/core'
import { testFlow, virtualClock } from '@xconnector/core/testing'
import { bearer, ingress, signStandardWebhook } from '@xconnector/http'
import { newestPerObject, vip, type VipEvent, type VipOptions } from '../../src/index.js'
import { approvedAsset } from '../support/asset.js'
import { tenant } from '../support/tenant.js'

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes or more').toString('base64')}`
const OTHER = `whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`
const NOW = Date.UTC(2026, 0)

const client = (options: Partial<VipOptions> = {}) =>
  vip({ baseUrl: 'https://vip.test', auth: bearer('t'), ...options })

const seenBy = (source: Source<VipEvent>, latest = false) => {
  const seen: string[] = []
  const note = target({
    name: 'note',
    destination: createDestination({ name: 'notes' }),
    effect: 'idempotent',
    call: (event: VipEvent) => {
      seen.push(`${event.type} ${event.data.object.revision}`)
      return { result: right(undefined), seen: { as: 'ok' } }
    },
  })
  const from = latest ? flow('track').from(source, { latest: newestPerObject }) : flow('track').from(source)
  return { seen, closed: from.to(note).otherwise(byKind()) }
}

const event = (type: string, revision = 1, id = `evt_${type.replaceAll('.', '')}_${revision}`) => ({
  specversion: '1.0',
  id,
  source: '/tenants/acme',
  type,
  subject: 'assets/ast_0001',
  time: '2026-01-01T00:00:00Z',
  datacontenttype: 'application/json',
  sequence: String(revision).padStart(20, '0'),
  data: { object: { kind: 'asset', id: 'ast_0001', revision, status: 'published' } },
})

const posted = (given: object, secret = SECRET): Request => {
  const body = JSON.stringify(given)
  const { id } = given as { readonly id: string }
  return new Request('http://service.test/hooks/vip', {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents+json',
      ...signStandardWebhook({ secret, id, timestamp: NOW / 1000, body }),
    },
    body,
  })
}

describe('the events of VIP', () => {
  test('come signed, decoded and once, and only those that are wanted', async () => {
    const hooks = ingress({ basePath: '/hooks' })
    const source = client().webhook(hooks, {
      path: '/vip',
      secret: SECRET,
      on: ['vip.asset.published', 'vip.asset.expired'],
    })
    expectTypeOf(source).toExtend<Source<VipEvent<'vip.asset.published' | 'vip.asset.expired'>>>()
    const { seen, closed } = seenBy(source)
    await using f = testFlow(closed, { ingress: hooks })
    expect((await f.deliver(posted(event('vip.asset.published')))).response.status).toBe(202)
    expect((await f.deliver(posted(event('vip.asset.published')))).response.status).toBe(202)
    expect((await f.deliver(posted(event('vip.asset.updated')))).response.status).toBe(204)
    expect((await f.deliver(posted(event('vip.asset.expired'), OTHER))).response.status).toBe(401)
    const { dead, pending } = await f.settle()
    expect([seen, dead, pending]).toEqual([['vip.asset.published 1'], [], 0])
  })

  test('that do not decode are dead letters, an event without a type too', async () => {
    const hooks = ingress({ basePath: '/hooks' })
    const source = client().webhook(hooks, { path: '/vip', secret: [SECRET], on: 'vip.asset.published' })
    await using f = testFlow(seenBy(source).closed, { ingress: hooks })
    await f.deliver(posted({ id: 'evt_1' }))
    const { dead } = await f.deliver(posted({ ...event('vip.asset.published'), data: {} }))
    expect(dead).toHaveLength(2)
    expect(dead[0]).toMatchObject({ error: { _tag: 'DecodeFailed' } })
  })

  test('of one object are dropped once a newer one was delivered', async () => {
    const hooks = ingress({ basePath: '/hooks' })
    const source = client().webhook(hooks, { path: '/vip', secret: SECRET })
    const { seen, closed } = seenBy(source, true)
    await using f = testFlow(closed, { ingress: hooks })
    for (const revision of [2, 1, 3]) await f.deliver(posted(event('vip.asset.updated', revision)))
    expect(seen).toEqual(['vip.asset.updated 2', 'vip.asset.updated 3'])
  })

  test('of a tenant with other names come under the names of the contract', async () => {
    const hooks = ingress({ basePath: '/hooks' })
    const dam = client({ profile: { eventPrefix: 'com_acme.' } })
    const { seen, closed } = seenBy(
      dam.webhook(hooks, { path: '/vip', secret: SECRET, on: 'vip.asset.published' }),
    )
    await using f = testFlow(closed, { ingress: hooks })
    await f.deliver(posted(event('com_acme.asset.published')))
    expect((await f.deliver(posted(event('com_acme.asset.updated')))).response.status).toBe(204)
    expect(seen).toEqual(['vip.asset.published 1'])
  })

  test('of every type decode as the reference server sends them', async () => {
    const clock = virtualClock({ start: NOW })
    await using t = await tenant({ clock })
    t.files.add('a', 10)
    await t.dam.assets.put.run(approvedAsset(t.files))
    const hooks = ingress({ basePath: '/hooks' })
    const source = t.dam.webhook(hooks, { path: '/vip', secret: t.server.webhookSecret })
    const { seen, closed } = seenBy(source)
    await using f = testFlow(closed, { ingress: hooks })
    const url = 'http://service.test/hooks/vip'
    for (const each of t.server.events) {
      const { response } = await f.deliver(t.server.request(each, { url }))
      expect(response.status).toBe(202)
    }
    const told = t.server.events.map(({ type, data }) => `${type} ${data.object.revision}`)
    expect(told.length).toBeGreaterThan(3)
    expect(seen).toEqual(told)
  })
})

import { afterAll, describe, expect, test } from 'vitest'
import { virtualClock } from '@xconnector/core/testing'
import { vipServer } from '@xconnector/vip/testing'
import { clientOf, RIGHTS, sha256 } from './client.js'

const clock = virtualClock()
const server = vipServer({ clock })
const client = clientOf(server)
afterAll(() => server.close())

const APPROVAL = { decision: 'approved', decidedAt: '2026-11-21T00:00:00Z' }
const at = (ms: number) => new Date(clock.now() + ms).toISOString()
const refused = (status: number, code: string) => ({ status, body: { code } })
const typesOf = (id: string) =>
  server.events.filter(({ subject }) => subject === `assets/${id}`).map(({ type }) => type)

/** An asset with one approved version. */
const ready = async (sourceId: string) => {
  const { id } = await client.create(sourceId)
  const version = await client.version(id, sourceId, { approval: APPROVAL })
  return { id, version }
}

describe('Only what is current and approved goes out', () => {
  test('an approved current version is published', async () => {
    const { id, version } = await ready('a1')
    expect((await client.asset(id)).body.status).toBe('ready')
    expect(await client.publish(id, version.id)).toMatchObject({
      status: 200,
      body: { status: 'published', publishedVersionId: version.id },
    })
    expect(typesOf(id)).toEqual([
      'vip.asset.created',
      'vip.version.created',
      'vip.version.ready',
      'vip.asset.updated',
      'vip.asset.availability_changed',
      'vip.asset.published',
    ])
    expect(server.violations).toEqual([])
  })

  test('publishing the same again changes nothing', async () => {
    const { id, version } = await ready('a2')
    const first = await client.publish(id, version.id)
    expect(await client.publish(id, version.id)).toMatchObject({ status: 200, etag: first.etag })
  })

  test('an older version is not current', async () => {
    const { id, version } = await ready('a3')
    await client.version(id, 'newer', { approval: APPROVAL })
    expect(await client.publish(id, version.id)).toMatchObject(refused(409, 'version_not_current'))
  })

  test('an undecided, a rejected and a withdrawn version are not approved', async () => {
    const { id } = await client.create('a4')
    const undecided = await client.version(id, 'one')
    expect(await client.publish(id, undecided.id)).toMatchObject(refused(409, 'not_approved'))
    await client.approve(undecided, 'rejected')
    expect(await client.publish(id, undecided.id)).toMatchObject(refused(409, 'not_approved'))
    const withdrawn = await client.version(id, 'two', { approval: APPROVAL })
    await client.approve(withdrawn, 'withdrawn')
    expect(await client.publish(id, withdrawn.id)).toMatchObject(refused(409, 'not_approved'))
  })

  test('a version of another asset is not current', async () => {
    const { version } = await ready('a5')
    const { id } = await ready('a6')
    expect(await client.publish(id, version.id)).toMatchObject(refused(409, 'version_not_current'))
  })

  test('a decision cannot be turned round', async () => {
    const { version } = await ready('a7')
    expect(await client.approve(version, 'rejected')).toMatchObject(refused(409, 'illegal_move'))
    expect(await client.approve(version, 'approved')).toMatchObject({ status: 200 })
    await client.approve(version, 'withdrawn')
    expect(await client.approve(version, 'approved')).toMatchObject(refused(409, 'illegal_move'))
  })

  test('withdrawing the approval of what is published takes it off', async () => {
    const { id, version } = await ready('a8')
    await client.publish(id, version.id)
    await client.approve(version, 'withdrawn')
    expect((await client.asset(id)).body).toMatchObject({ status: 'retired', publishedVersionId: null })
    expect(typesOf(id).at(-1)).toBe('vip.asset.unpublished')
  })
})

describe('A version', () => {
  test('whose bytes have another sha256 is rejected, and does not become current', async () => {
    const { id, version } = await ready('v1')
    const file = {
      uploadId: await client.upload(Buffer.from('bytes')),
      sha256: sha256(Buffer.from('others')),
    }
    const key = { 'idempotency-key': client.nextKey() }
    const made = await client.call('POST', `/assets/${id}/versions`, { file }, key)
    await server.processed()
    const path = `/assets/${id}/versions/${made.body.id as string}`
    expect((await client.call('GET', path)).body).toMatchObject({
      status: 'rejected',
      rejection: { code: 'checksum_mismatch' },
    })
    expect((await client.asset(id)).body.currentVersionId).toBe(version.id)
    expect(await client.publish(id, made.body.id as string)).toMatchObject(refused(409, 'version_rejected'))
  })

  test('of an upload that was announced with another sha256 is 422 at once', async () => {
    const { id } = await client.create('v2')
    const announced = Buffer.from(sha256(Buffer.from('one'))).toString('base64')
    const headers = { 'upload-metadata': `sha256 ${announced}` }
    const uploadId = await client.upload(Buffer.from('one'), headers)
    const file = { uploadId, sha256: sha256(Buffer.from('two')) }
    const key = { 'idempotency-key': client.nextKey() }
    expect(await client.call('POST', `/assets/${id}/versions`, { file }, key)).toMatchObject(
      refused(422, 'checksum_mismatch'),
    )
  })

  test('of an upload that nobody knows is 422', async () => {
    const { id } = await client.create('v3')
    for (const uploadId of ['upl_nobody', '../upl']) {
      const file = { uploadId, sha256: '0'.repeat(64) }
      const key = { 'idempotency-key': client.nextKey() }
      expect(await client.call('POST', `/assets/${id}/versions`, { file }, key)).toMatchObject(
        refused(422, 'upload_unknown'),
      )
    }
  })

  test('is processing until it is ended by hand, and cannot be published before', async () => {
    await using slow = vipServer({ processing: 'manual' })
    const other = clientOf(slow)
    const { id } = await other.create('v4')
    const version = await other.version(id, 'v4', { approval: APPROVAL })
    expect(version.status).toBe('processing')
    const early = await other.publish(id, version.id)
    expect(early).toMatchObject({ status: 409, body: { code: 'version_not_ready', retryable: true } })
    await slow.process(version.id)
    expect(await other.publish(id, version.id)).toMatchObject({ status: 200 })
  })

  test('takes its time to be ready, by the clock', async () => {
    await using slow = vipServer({ processing: 5000, clock })
    const other = clientOf(slow)
    const { id } = await other.create('v5')
    const bytes = Buffer.from('v5')
    const file = { uploadId: await other.upload(bytes), sha256: sha256(bytes) }
    await other.call('POST', `/assets/${id}/versions`, { file }, { 'idempotency-key': '"k"' })
    await clock.advanceBy(4999)
    expect(slow.versions(id)).toMatchObject([{ status: 'processing' }])
    await clock.advanceBy(1)
    await slow.processed()
    expect(slow.versions(id)).toMatchObject([{ status: 'ready' }])
  })

  test('is found by its source revision, and listed newest first, page by page', async () => {
    const { id } = await client.create('v6')
    for (const n of [1, 2, 3]) await client.version(id, `v6 ${n}`, { sourceRevision: `r${n}` })
    const list = (query: string) =>
      client.call<{ data: { number: number }[]; page: { nextCursor: string } }>(
        'GET',
        `/assets/${id}/versions?${query}`,
      )
    const first = await list('limit=2')
    expect(first.body.data.map(({ number }) => number)).toEqual([3, 2])
    expect(first.headers.get('link')).toContain('rel="next"')
    const rest = await list(`limit=2&cursor=${first.body.page.nextCursor}`)
    expect(rest.body).toMatchObject({ data: [{ number: 1 }], page: { hasMore: false, nextCursor: null } })
    expect((await list('sourceRevision=r2')).body.data.map(({ number }) => number)).toEqual([2])
  })
})

describe('Time and rights', () => {
  test('a scheduled publication happens at its time', async () => {
    const { id, version } = await ready('t1')
    const scheduled = await client.publish(id, version.id, { publishAt: at(60_000) })
    expect(scheduled.body).toMatchObject({ status: 'scheduled', publishedVersionId: null })
    await clock.advanceBy(59_999)
    expect(server.asset(id)!.status).toBe('scheduled')
    await clock.advanceBy(1)
    expect(server.asset(id)).toMatchObject({ status: 'published', publishedVersionId: version.id })
  })

  test('a scheduled publication does not happen when its version is not current any more', async () => {
    const { id, version } = await ready('t2')
    await client.publish(id, version.id, { publishAt: at(60_000) })
    await client.version(id, 'newer')
    expect(server.asset(id)).toMatchObject({ status: 'ready', publishedVersionId: null })
    await clock.advanceBy(60_000)
    expect(server.asset(id)!.status).toBe('ready')
  })

  test('the end of the window expires what is published', async () => {
    const { id, version } = await ready('t3')
    const published = await client.publish(id, version.id, { unpublishAt: at(10_000) })
    expect(published.body.expiresAt).toBe(at(10_000))
    await clock.advanceBy(10_000)
    expect(server.asset(id)!.status).toBe('expired')
    expect(typesOf(id).at(-1)).toBe('vip.asset.expired')
  })

  test('the end of the last permission expires it too, and new rights bring it back', async () => {
    const { id, version } = await ready('t4')
    const until = (ms: number) => ({
      ...RIGHTS,
      permissions: [{ actions: ['distribute'], notAfter: at(ms) }],
    })
    await client.publish(id, version.id)
    await client.change('PUT', id, '/rights', until(5000))
    await clock.advanceBy(5000)
    expect(server.asset(id)!.status).toBe('expired')
    await client.change('PUT', id, '/rights', until(5000))
    expect(server.asset(id)!.status).toBe('published')
  })

  test('rights on hold suspend it, and clear ones bring it back', async () => {
    const { id, version } = await ready('t5')
    await client.publish(id, version.id)
    await client.change('PUT', id, '/rights', { ...RIGHTS, status: 'hold' })
    expect(server.asset(id)!.status).toBe('suspended')
    expect(await client.publish(id, version.id)).toMatchObject(refused(409, 'rights_on_hold'))
    await client.change('PUT', id, '/rights', RIGHTS)
    expect(server.asset(id)!.status).toBe('published')
  })

  test('a window that ends before it begins is 422', async () => {
    const { id, version } = await ready('t6')
    expect(await client.publish(id, version.id, { unpublishAt: at(0) })).toMatchObject(
      refused(422, 'invalid_schedule'),
    )
  })

  test('taking off is 409 for what never was out, and otherwise may be repeated', async () => {
    const { id, version } = await ready('t7')
    const off = (query = '') => client.change('DELETE', id, `/publication${query}`)
    expect(await off()).toMatchObject(refused(409, 'not_published'))
    await client.publish(id, version.id)
    const first = await off('?reason=superseded')
    expect(first).toMatchObject({ status: 200, body: { status: 'retired' } })
    expect(server.events.at(-1)!.data).toMatchObject({ reason: 'superseded' })
    expect(await off()).toMatchObject({ status: 200, etag: first.etag })
    expect(await client.publish(id, version.id)).toMatchObject({ body: { status: 'published' } })
  })
})

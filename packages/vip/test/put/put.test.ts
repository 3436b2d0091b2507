import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CallContext, silentLogger, systemClock, type FileProvider } from '@xconnector/core'
import type { Auth } from '@xconnector/http'
import { approvedAsset } from '../support/asset.js'
import { sha256Of } from '../support/memory-files.js'
import { tenant, type Tenant } from '../support/tenant.js'

const SOURCE = { system: 'contentstack', id: 'a' }
const requests = (server: { readonly log: readonly { readonly method: string; readonly path: string }[] }) =>
  server.log.map(({ method, path }) => `${method} ${path.replace(/(ast|ver|upl)_\w+/g, '$1')}`)

describe('an asset that VIP does not know', () => {
  test('is recorded, sent, made a version, approved and published, in the order of the contract', async () => {
    await using t = await tenant()
    const bytes = t.files.add('a', 100_000)
    const placed = await t.dam.assets.put.run(approvedAsset(t.files))
    const asset = t.server.asset(SOURCE)!
    expect(placed).toEqual({
      assetId: asset.id,
      versionId: asset.publishedVersionId,
      revision: asset.revision,
      status: 'published',
      sha256: sha256Of(bytes),
      sentBytes: 100_000,
    })
    const [held] = t.server.files(asset.id)
    expect(readFileSync(held!.path).equals(bytes)).toBe(true)
    expect(held!.version).toMatchObject({
      label: 'r1',
      sourceRevision: '1',
      filename: 'a.png',
      mediaType: 'image/png',
      approval: { decision: 'approved', decidedBy: 'ann' },
    })
    const seen = requests(t.server)
    expect([...new Set(seen)]).toEqual([
      'GET /sources/contentstack/assets/a',
      'PUT /sources/contentstack/assets/a',
      'POST /uploads',
      'PATCH /uploads/upl',
      'GET /assets/ast',
      'POST /assets/ast/versions',
      'GET /assets/ast/versions/ver',
      'PUT /assets/ast/publication',
    ])
    expect(t.server.violations).toEqual([])
    expect(t.files.allClosed).toBe(true)
  })

  test('is sent in chunks no larger than was allowed', async () => {
    await using t = await tenant({}, { chunkBytes: 30_000 })
    t.files.add('a', 100_000)
    await t.dam.assets.put.run(approvedAsset(t.files))
    const chunks = t.server.log.filter(({ method }) => method === 'PATCH')
    expect(chunks.map(({ uploadOffset, bytes }) => [uploadOffset, bytes])).toEqual([
      [0, 30_000],
      [30_000, 30_000],
      [60_000, 30_000],
      [90_000, 10_000],
    ])
    // One stream for all of them.
    expect(t.files.opened).toHaveLength(1)
  })

  test('an empty file is a version too', async () => {
    await using t = await tenant()
    t.files.add('a', 0)
    const placed = await t.dam.assets.put.run(approvedAsset(t.files))
    expect(placed).toMatchObject({ status: 'published', sha256: sha256Of(Buffer.alloc(0)), sentBytes: 0 })
  })

  test('without a file, a decision and a publication only its record is put', async () => {
    await using t = await tenant()
    t.files.add('a', 1)
    const { source, kind, metadata, rights } = approvedAsset(t.files)
    expect(await t.dam.assets.put.run({ source, kind, metadata, rights })).toMatchObject({
      status: 'draft',
      sentBytes: 0,
    })
    expect(t.server.log).toHaveLength(2)
  })

  test('is published later, and for a time, when that is said', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    const publish = { at: '2099-01-01T00:00:00Z', until: '2099-02-01T00:00:00Z' }
    const placed = await t.dam.assets.put.run({ ...approvedAsset(t.files), publish })
    expect(placed.status).toBe('scheduled')
    expect(t.server.asset(SOURCE)).toMatchObject({ publishAt: '2099-01-01T00:00:00.000Z' })
  })
})

describe('an asset that VIP has', () => {
  test('is not sent again: its record is put, and its bytes stay', async () => {
    await using t = await tenant()
    t.files.add('a', 50_000)
    const first = await t.dam.assets.put.run(approvedAsset(t.files))
    const before = t.server.log.length
    const again = await t.dam.assets.put.run({
      ...approvedAsset(t.files),
      metadata: { title: { en: 'Another title' } },
    })
    expect(again).toMatchObject({ assetId: first.assetId, versionId: first.versionId, sentBytes: 0 })
    expect(again.revision).toBeGreaterThan(first.revision)
    const seen = requests({ log: t.server.log.slice(before) })
    expect(seen.filter((request) => /uploads|publication/.test(request))).toEqual([])
    expect(t.server.files(first.assetId)).toHaveLength(1)
  })

  test('with a newer revision gets a second version, which becomes the published one', async () => {
    await using t = await tenant()
    t.files.add('a', 50_000)
    const bytes = t.files.add('a', 60_000, '2')
    const first = await t.dam.assets.put.run(approvedAsset(t.files))
    const second = await t.dam.assets.put.run(approvedAsset(t.files, 'a', '2'))
    expect(second.versionId).not.toBe(first.versionId)
    expect(second).toMatchObject({ assetId: first.assetId, sha256: sha256Of(bytes), status: 'published' })
    expect(t.server.asset(SOURCE)!.publishedVersionId).toBe(second.versionId)
  })

  test('in a newer revision is left alone: VersionNotCurrent, by number and not by text', async () => {
    await using t = await tenant()
    for (const revision of ['9', '10']) t.files.add('a', 10, revision)
    await t.dam.assets.put.run(approvedAsset(t.files, 'a', '10'))
    const before = t.server.asset(SOURCE)!.revision
    expect(await t.dam.assets.put.call(approvedAsset(t.files, 'a', '9'))).toMatchObject({
      left: { _tag: 'VersionNotCurrent', kind: 'permanent', destination: 'vip' },
    })
    expect(t.server.asset(SOURCE)!.revision).toBe(before)
  })

  test('in a newer revision that came while the older one was sent: that one makes no version', async () => {
    await using t = await tenant()
    for (const revision of ['1', '2']) t.files.add('a', 50_000, revision)
    let overtaken = false
    const slow: FileProvider = {
      name: 'memory',
      async open(ref, options) {
        if (!overtaken) {
          overtaken = true
          await t.dam.assets.put.run(approvedAsset(t.files, 'a', '2'))
        }
        return t.files.open(ref, options)
      },
    }
    const late = t.restarted({ files: slow })
    expect(await late.assets.put.call(approvedAsset(t.files, 'a', '1'))).toMatchObject({
      left: { _tag: 'VersionNotCurrent' },
    })
    const asset = t.server.asset(SOURCE)!
    expect(t.server.versions(asset.id).map(({ sourceRevision }) => sourceRevision)).toEqual(['2'])
    expect(asset.status).toBe('published')
  })

  test('is compared as the option says', async () => {
    await using t = await tenant({}, { compare: (a, b) => (a < b ? 1 : -1) })
    for (const revision of ['a', 'b']) t.files.add('a', 10, revision)
    await t.dam.assets.put.run(approvedAsset(t.files, 'a', 'a'))
    expect(await t.dam.assets.put.call(approvedAsset(t.files, 'a', 'b'))).toMatchObject({
      left: { _tag: 'VersionNotCurrent' },
    })
  })

  test('that somebody changed in between is read again', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    await t.dam.assets.put.run(approvedAsset(t.files))
    let race = 1
    const racing = t.restarted({ auth: interfering(t, () => race-- > 0) })
    const placed = await racing.assets.put.run({
      ...approvedAsset(t.files),
      metadata: { title: { en: 'Mine' } },
    })
    expect(t.server.asset(SOURCE)).toMatchObject({
      revision: placed.revision,
      metadata: { title: { en: 'Mine' } },
    })
    expect(t.server.log.filter(({ status }) => status === 412)).toHaveLength(1)
  })

  test('that somebody always changes in between is PreconditionFailed after the third time', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    await t.dam.assets.put.run(approvedAsset(t.files))
    const racing = t.restarted({ auth: interfering(t, () => true) })
    expect(await racing.assets.put.call({ ...approvedAsset(t.files), kind: 'other' })).toMatchObject({
      left: { _tag: 'PreconditionFailed' },
    })
    expect(t.server.log.filter(({ status }) => status === 412)).toHaveLength(3)
  })
})

/** Somebody else changes the record after it was read, whenever `now` says so. */
const interfering = (t: Tenant, now: () => boolean): Auth => {
  let asked = 0
  let n = 0
  return {
    headers: ['authorization'],
    async credentials() {
      // An asset is read, then its current version, then it is written.
      if (++asked % 3 === 0 && now()) {
        const { source, kind, rights } = approvedAsset(t.files)
        await t.dam.assets.record.run({ source, kind, rights, metadata: { title: { en: `Theirs ${n++}` } } })
      }
      return { headers: { authorization: `Bearer ${t.server.token}` }, secrets: [] }
    },
  }
}

describe('what may not go out', () => {
  test.each([
    ['without a decision', undefined],
    ['with a decision against it', 'rejected'],
    ['with a decision that was taken back', 'withdrawn'],
  ] as const)('%s is NotApproved before anything is sent', async (_, decision) => {
    await using t = await tenant()
    t.files.add('a', 10)
    const { approval, ...asset } = approvedAsset(t.files)
    const input = decision === undefined ? asset : { ...asset, approval: { ...approval!, decision } }
    expect(await t.dam.assets.put.call(input)).toMatchObject({
      left: { _tag: 'NotApproved', kind: 'permanent' },
    })
    expect([t.server.log, t.files.opened]).toEqual([[], []])
  })

  test('an asset whose rights are on hold is RightsNotCleared, with its version in place', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    const rights = { status: 'hold', permissions: [] } as const
    expect(await t.dam.assets.put.call({ ...approvedAsset(t.files), rights })).toMatchObject({
      left: { _tag: 'RightsNotCleared', code: 'rights_on_hold', status: 409 },
    })
    expect(t.server.files(t.server.asset(SOURCE)!.id)).toHaveLength(1)
  })
})

describe('a version that VIP processes', () => {
  test('and rejects for its bytes is ChecksumMismatch', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    const asset = approvedAsset(t.files)
    const ref = { ...asset.file!.ref, sha256: 'a'.repeat(64) }
    expect(await t.dam.assets.put.call({ ...asset, file: { ...asset.file!, ref } })).toMatchObject({
      left: { _tag: 'ChecksumMismatch', kind: 'permanent' },
    })
    expect(t.server.asset(SOURCE)).toMatchObject({ status: 'draft', currentVersionId: null })
  })

  test('for longer than it may take is VersionNotReady; the next run asks again and sends nothing twice', async () => {
    await using t = await tenant({ processing: 'manual' }, { processing: '0ms' })
    t.files.add('a', 10)
    expect(await t.dam.assets.put.call(approvedAsset(t.files))).toMatchObject({
      left: {
        _tag: 'VersionNotReady',
        kind: 'transient',
        versionId: expect.stringMatching(/^ver_/) as string,
      },
    })
    // Another message about it finds what the first one sent.
    expect(await t.dam.assets.put.call(approvedAsset(t.files))).toMatchObject({
      left: { _tag: 'VersionNotReady' },
    })
    expect(t.server.log.filter(({ operation }) => operation === 'createUpload')).toHaveLength(1)
    await t.server.process()
    const placed = await t.dam.assets.put.run(approvedAsset(t.files))
    expect(placed).toMatchObject({ status: 'published', sentBytes: 0 })
    expect(t.server.files(placed.assetId)).toHaveLength(1)
  })
})

test('a dry run shows the steps and asks nobody', async () => {
  await using t = await tenant()
  t.files.add('a', 10)
  const env = { clock: systemClock, ids: { next: () => 'id' }, log: silentLogger, config: {} }
  const shown = await t.dam.assets.put.preview!(approvedAsset(t.files), new CallContext(env, 'x', 'y'))
  expect(shown).toMatchObject({
    record: { method: 'PUT', url: `${t.url}/sources/contentstack/assets/a`, body: { kind: 'image' } },
    upload: { name: 'a.png', file: { id: 'a', size: 10 } },
    version: { label: 'r1', sourceRevision: '1' },
    approval: { decision: 'approved' },
    publication: {},
  })
  expect(JSON.stringify(shown)).not.toContain(t.server.token)
  expect(t.server.log).toEqual([])
})

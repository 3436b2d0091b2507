import { describe, expect, test } from 'vitest'
import { apiKey } from '@xconnector/http'
import { vip } from '../../src/index.js'
import { approvedAsset } from '../support/asset.js'
import { hop } from '../support/hop.js'
import { httpServer } from '../support/http-server.js'
import { tenant } from '../support/tenant.js'

const SOURCE = { system: 'contentstack', id: 'a' }

describe('the finer targets', () => {
  test('make what put makes, one step each', async () => {
    await using t = await tenant()
    t.files.add('a', 1000)
    const { file, approval, ...record } = approvedAsset(t.files)
    const { assets, versions, uploads } = t.dam
    const { id: assetId } = await assets.record.run(record)
    const { uploadId, sha256 } = await uploads.send.run(file!)
    const made = await versions.create.run({ assetId, uploadId, sha256, sourceRevision: '1' })
    await t.server.processed()
    const versionId = made.id
    expect(await versions.get.run({ assetId, versionId })).toMatchObject({ status: 'ready', approval: null })
    expect(await assets.publish.call({ assetId })).toMatchObject({
      left: { _tag: 'NotApproved', status: 409 },
    })
    await versions.approve.run({ assetId, versionId, approval: approval! })
    expect(await assets.publish.run({ source: SOURCE })).toMatchObject({ status: 'published' })
    const { body, headers } = await assets.get.run({ assetId })
    expect([body.publishedVersionId, headers['etag']]).toEqual([versionId, expect.stringMatching(/^"/)])
    expect((await assets.find.run({ system: SOURCE.system, sourceId: 'a' })).body).toEqual(body)
    expect(t.server.violations).toEqual([])
  })

  test('take an asset off, and away, by its source id too; twice is once', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    const { assetId } = await t.dam.assets.put.run(approvedAsset(t.files))
    expect(await t.dam.assets.unpublish.run({ source: SOURCE, reason: 'recalled' })).toMatchObject({
      status: 'retired',
    })
    await t.dam.assets.unpublish.run({ assetId })
    await t.dam.assets.remove.run({ source: SOURCE })
    await t.dam.assets.remove.run({ source: SOURCE })
    await t.dam.assets.remove.run({ assetId })
    expect(t.server.asset(SOURCE)).toBeUndefined()
    expect(await t.dam.assets.unpublish.call({ source: SOURCE })).toMatchObject({
      left: { _tag: 'NotFound' },
    })
  })

  test('send a file anew whose upload VIP has let expire', async () => {
    await using t = await tenant()
    t.files.add('a', 1000)
    const file = approvedAsset(t.files).file!
    const work = hop()
    const first = await t.dam.uploads.send.call(file, work.attempt())
    if (first._tag === 'Left') throw first.left
    await t.server.expireUpload(first.right.uploadId)
    const second = await t.dam.uploads.send.call(file, work.attempt())
    expect(second).toMatchObject({ _tag: 'Right', right: { sentBytes: 1000, sha256: first.right.sha256 } })
    expect(t.server.log.map(({ status }) => status)).toContain(410)
  })

  test('publish nothing where there is no version', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    const { file, approval, ...record } = approvedAsset(t.files)
    await t.dam.assets.record.run(record)
    expect(await t.dam.assets.publish.call({ source: SOURCE })).toMatchObject({
      left: { _tag: 'VersionNotCurrent' },
    })
    const { publish, ...unpublished } = record
    expect(await t.dam.assets.put.call({ ...record, approval: approval! })).toMatchObject({
      left: { _tag: 'VersionNotCurrent' },
    })
    expect([publish, unpublished.kind, file!.name]).toEqual([true, 'image', 'a.png'])
  })
})

describe('a tenant whose API departs from the contract', () => {
  test('is reached by a profile: paths, the key header, its quotes, codes of problems', async () => {
    const seen: { readonly path: string; readonly key: string | undefined }[] = []
    await using server = await httpServer((req, res) => {
      seen.push({ path: req.url!, key: req.headers['x-once'] as string | undefined })
      res.writeHead(req.method === 'GET' ? 404 : 409, { 'content-type': 'application/json' })
      res.end(req.method === 'GET' ? '{}' : JSON.stringify({ code: 'TOO_OLD' }))
    })
    const dam = vip({
      baseUrl: `${server.url}/api`,
      auth: apiKey({ header: 'x-key', key: 'k' }),
      profile: {
        paths: { bySource: '/v2/:system/items/:sourceId' },
        keyHeader: 'X-Once',
        quoteKey: false,
        codes: { TOO_OLD: 'VersionNotCurrent' },
      },
    })
    const record = { source: { system: 's', id: 'a b' }, kind: 'image', metadata: { title: {} } } as const
    const rights = { status: 'cleared', permissions: [] } as const
    expect(await dam.assets.record.call({ ...record, rights }, { key: 'k1' })).toMatchObject({
      left: { _tag: 'VersionNotCurrent', code: 'TOO_OLD', status: 409 },
    })
    expect(seen).toEqual([
      { path: '/api/v2/s/items/a%20b', key: undefined },
      { path: '/api/v2/s/items/a%20b', key: 'k1/record/new' },
    ])
    dam.close()
  })

  test.each([
    [{ chunkBytes: 0 }, /chunkBytes/],
    [{ processing: 'soon' as never }, /processing/],
    [{ baseUrl: 'ftp://x' }, /baseUrl/],
  ])('an option that makes no sense is named: %j', (options, message) => {
    const auth = apiKey({ header: 'x-key', key: 'k' })
    expect(() => vip({ baseUrl: 'https://vip.test', auth, ...options })).toThrow(message)
  })
})

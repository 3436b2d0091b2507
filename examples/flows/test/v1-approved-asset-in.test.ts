import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { testFlow, virtualClock } from '@xconnector/core/testing'
import { contract, vipServer, type VipServer } from '@xconnector/vip/testing'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { approvedAssetIn } from '../v1-approved-asset-in/flow.ts'

const config = {
  LIBRARY_URL: 'https://library.test',
  LIBRARY_TOKEN: 'library-token',
  LIBRARY_HOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
  VIP_URL: 'https://vip.test/v1',
  VIP_TOKEN: 'vip-test-token',
  PAGER_URL: 'https://pager.test',
}

// What the library has. It serves each file from any byte on.
const MIB = 1024 * 1024
const files: Record<string, Buffer> = {
  film: Buffer.alloc(10 * MIB, 'frame, '),
  poster: Buffer.from('a picture'),
}
const apis = setupServer(
  http.get('https://library.test/assets/:id/versions/:version/file', ({ request, params }) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get('range') ?? '')?.[1] ?? 0)
    return new HttpResponse(files[String(params['id'])]!.subarray(start), { status: start > 0 ? 206 : 200 })
  }),
  http.post('https://pager.test/alerts', () => new HttpResponse(null, { status: 204 })),
)

beforeAll(() => apis.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => apis.resetHandlers())
afterAll(() => apis.close())

/** A VIP of its own for each test: the reference server. */
const compiled = contract()
const startVip = async () => {
  const vip = vipServer({ contract: compiled, clock: virtualClock() })
  apis.use(...(await vip.handlers('https://vip.test/v1')))
  return vip
}
const assetIn = (vip: VipServer, id: string) => vip.asset({ system: 'library', id })
/** Where the bytes of each upload request began, and how many arrived. */
const appended = (vip: VipServer) =>
  vip.log.flatMap((e) => (e.operation === 'appendUpload' ? [[e.uploadOffset, e.bytes]] : []))

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const released = (id: string, version: number, decision = 'approved') => ({
  type: 'asset.released',
  asset: {
    id,
    version,
    kind: id === 'film' ? 'video' : 'image',
    title: `Spring ${id}`,
    keywords: ['spring'],
    file: {
      name: `spring.${id}`,
      type: 'application/octet-stream',
      size: files[id]!.length,
      sha256: sha256(files[id]!),
    },
  },
  review: { decision, by: 'ada', at: '2026-01-01T00:00:00Z' },
  rights: { holder: '© Ours', countries: ['DE', 'FR'], until: '2027-01-01T00:00:00Z' },
})

test('an approved asset is in VIP with its file, metadata, rights and version, and is published', async () => {
  await using vip = await startVip()
  await using t = testFlow(approvedAssetIn, { config })
  const { delivered } = await t.send(released('poster', 3))
  expect(delivered).toMatchObject([{ target: 'put-asset', attempts: 1 }])

  const asset = assetIn(vip, 'poster')!
  expect(asset).toMatchObject({ status: 'published', metadata: { title: { en: 'Spring poster' } } })
  expect(asset.rights).toMatchObject({
    status: 'cleared',
    permissions: [{ notAfter: '2027-01-01T00:00:00Z' }],
  })
  const [file] = vip.files(asset.id)
  expect(file).toMatchObject({ published: true, version: { label: 'v3', sourceRevision: '3' } })
  expect(sha256(readFileSync(file!.path))).toBe(sha256(files['poster']!))
  expect(vip.violations).toEqual([])
})

test.each(['rejected', 'open'])(
  'an asset whose review is %s is refused, and somebody is told',
  async (decision) => {
    await using vip = await startVip()
    await using t = testFlow(approvedAssetIn, { config })
    const { delivered, dead, pending, alerts } = await t.send(released('poster', 1, decision))

    expect([delivered.length, dead.length, pending]).toEqual([0, 0, 0])
    expect(alerts).toMatchObject([{ tag: 'NotApproved', verdict: 'discarded' }])
    expect(vip.log).toEqual([])
  },
)

test('a version that comes after a newer one is not sent at all', async () => {
  await using vip = await startVip()
  await using t = testFlow(approvedAssetIn, { config })
  await t.send(released('poster', 7))
  const asked = vip.log.length
  const { accepted } = await t.send(released('poster', 6))

  expect(accepted).toMatchObject([{ as: 'superseded' }])
  expect(vip.log).toHaveLength(asked)
})

test('a version older than what VIP has is refused also by a service that knows of no newer one', async () => {
  await using vip = await startVip()
  await using first = testFlow(approvedAssetIn, { config })
  await first.send(released('poster', 7))
  const before = assetIn(vip, 'poster')

  await using another = testFlow(approvedAssetIn, { config, seed: 2 }) // its ids are others
  const { delivered, dead, pending } = await another.send(released('poster', 6))
  expect([delivered.length, dead.length, pending]).toEqual([0, 0, 0])
  expect(assetIn(vip, 'poster')).toEqual(before)
})

test('an upload that is cut after 90 % goes on from there', async () => {
  await using vip = await startVip()
  vip.fail({ method: 'PATCH', skip: 9, cutAfter: 1000 })
  await using t = testFlow(approvedAssetIn, { config })
  await t.send(released('film', 1))

  expect(appended(vip).slice(8)).toEqual([
    [8 * MIB, MIB],
    [9 * MIB, 1000], // the connection broke
    [9 * MIB + 1000, MIB - 1000],
  ])
  expect(assetIn(vip, 'film')).toMatchObject({ status: 'published' })
})

test('an upload goes on at 90 % when the service is killed there', async () => {
  await using vip = await startVip()
  vip.fail({ method: 'PATCH', skip: 9, delay: 3_600_000 })
  await using t = testFlow(approvedAssetIn, { config })
  await t.give(released('film', 1))
  while (appended(vip).length < 9) await t.run(0)

  await t.restart()
  await t.settle()
  expect(appended(vip)).toEqual(Array.from({ length: 10 }, (_, i) => [i * MIB, MIB]))
  expect(assetIn(vip, 'film')).toMatchObject({ status: 'published' })
})

test('a file that arrives damaged is put aside, nothing is published, and a replay sends it again', async () => {
  await using vip = await startVip()
  const damaged = () => new HttpResponse(Buffer.from('a pixture'))
  apis.use(http.get('https://library.test/*', damaged, { once: true }))
  await using t = testFlow(approvedAssetIn, { config })
  const { dead, alerts } = await t.send(released('poster', 1))
  expect(dead).toMatchObject([{ error: { _tag: 'ChecksumMismatch' } }])
  expect(alerts).toMatchObject([{ tag: 'ChecksumMismatch', verdict: 'dead' }])
  expect(assetIn(vip, 'poster')).toMatchObject({ status: 'draft', publishedVersionId: null })

  const after = await t.replay(dead[0]!.id)
  expect([after.dead.length, after.pending]).toEqual([0, 0])
  expect(assetIn(vip, 'poster')).toMatchObject({ status: 'published' })
})

test('VIP asks for ten minutes: the asset is published then', async () => {
  await using vip = await startVip()
  vip.fail({ status: 429, retryAfter: 600 })
  await using t = testFlow(approvedAssetIn, { config })
  const { delivered, virtualMs } = await t.send(released('poster', 1))

  expect(delivered).toMatchObject([{ target: 'put-asset', attempts: 2 }])
  expect(virtualMs).toBeGreaterThanOrEqual(600_000)
  expect(assetIn(vip, 'poster')).toMatchObject({ status: 'published' })
})

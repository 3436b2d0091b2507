import { readFileSync } from 'node:fs'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  byKind,
  config,
  deadLetter,
  discard,
  flow,
  retry,
  secret,
  url,
  type Deployable,
} from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { bearer, type CallFailure } from '@xconnector/http'
import type { Vip, VipAsset, VipRefusal } from '../../src/index.js'
import { approvedAsset } from '../support/asset.js'
import { pieces, sha256Of } from '../support/memory-files.js'
import { tenant } from '../support/tenant.js'

const putting = (dam: Vip): Deployable =>
  flow('publish').input<VipAsset>().to(dam.assets.put).otherwise(byKind())

describe('putting an asset in a flow', () => {
  test('that is told to come later waits, and goes on where it was', async () => {
    await using t = await tenant(
      {
        faults: [
          { method: 'PATCH', status: 429, retryAfter: 30, skip: 1 },
          { method: 'PUT', path: /publication/, status: 503 },
        ],
      },
      { chunkBytes: 30_000 },
    )
    const bytes = t.files.add('a', 100_000)
    await using f = testFlow(putting(t.dam))
    const { dead, pending, virtualMs } = await f.send(approvedAsset(t.files))
    expect([dead, pending]).toEqual([[], 0])
    expect(virtualMs).toBeGreaterThanOrEqual(30_000)
    const [held, ...more] = t.server.files(t.server.assets[0]!.id)
    expect(readFileSync(held!.path).equals(bytes)).toBe(true)
    expect([held!.published, more]).toEqual([true, []])
    expect(t.server.log.filter(({ operation }) => operation === 'createUpload')).toHaveLength(1)
    const sent = t.server.log.filter(({ method }) => method === 'PATCH').reduce((n, { bytes: b }) => n + b, 0)
    expect(sent).toBeLessThanOrEqual(130_000)
  })

  test('that VIP rejects is a dead letter; its replay sends the file again, and it goes out', async () => {
    await using t = await tenant()
    const bytes = t.files.add('a', 50_000)
    // The first time the file has other bytes than its provider says.
    t.files.next.push((all) => {
      const wrong = Buffer.from(all)
      wrong[0]! ^= 1
      return pieces(wrong)
    })
    const asset = approvedAsset(t.files)
    const input = { ...asset, file: { ...asset.file!, ref: t.files.ref('a', '1', true) } }
    await using f = testFlow(putting(t.dam))
    const { dead } = await f.send(input)
    expect(dead).toMatchObject([{ hop: 'put-asset', error: { _tag: 'ChecksumMismatch' }, attempts: 1 }])
    const after = await f.replay(dead[0]!.id)
    expect([after.dead, after.pending]).toEqual([[], 0])
    expect(t.server.assets).toMatchObject([{ status: 'published' }])
    const current = t.server.files(t.server.assets[0]!.id).find((file) => file.current)!
    expect(current.version.sha256).toBe(sha256Of(bytes))
  })

  test('that nobody approved is a dead letter at once, and nothing was sent', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    const { approval, ...asset } = approvedAsset(t.files)
    await using f = testFlow(putting(t.dam))
    const { dead } = await f.send(asset)
    expect(dead).toMatchObject([{ error: { _tag: 'NotApproved' } }])
    expect([approval?.decision, t.server.log]).toEqual(['approved', []])
  })

  test('is routed by tag: what came too late is dropped', async () => {
    await using t = await tenant()
    for (const revision of ['1', '2']) t.files.add('a', 10, revision)
    const routed = flow('publish')
      .input<VipAsset>()
      .to(t.dam.assets.put)
      .on('VersionNotCurrent', discard('superseded'))
      .otherwise(byKind())
    await using f = testFlow(routed)
    await f.send(approvedAsset(t.files, 'a', '2'))
    const { dead, pending } = await f.send(approvedAsset(t.files, 'a', '1'))
    expect([dead, pending]).toEqual([[], 0])
    expect(t.server.assets).toMatchObject([{ source: { revision: '2' } }])
  })

  test('brings its failures into the type of the flow: a tag without a route does not compile', async () => {
    await using t = await tenant()
    const open = flow('x').input<VipAsset>().to(t.dam.assets.put)
    type Left = Extract<Awaited<ReturnType<typeof open.call>>, { _tag: 'Left' }>['left']
    expectTypeOf<CallFailure | VipRefusal>().toExtend<Left>()
    // @ts-expect-error most tags have no route
    const incomplete = (): Deployable => open.onError({ NotApproved: deadLetter(), RateLimited: retry() })
    expect(incomplete).toBeTypeOf('function')
  })

  test('reads address and token from the configuration of its runtime, and says which they are', async () => {
    await using t = await tenant()
    t.files.add('a', 10)
    const env = config({ VIP_URL: url, VIP_TOKEN: secret }, {})
    const dam = t.restarted({ baseUrl: env.VIP_URL, auth: bearer(env.VIP_TOKEN) })
    expect(dam.assets.put.settings!.map(({ variable }) => variable)).toEqual(['VIP_URL', 'VIP_TOKEN'])
    await using f = testFlow(putting(dam), { config: { VIP_URL: t.url, VIP_TOKEN: t.server.token } })
    const { dead, pending } = await f.send(approvedAsset(t.files))
    expect([dead, pending]).toEqual([[], 0])
    expect(t.server.assets).toMatchObject([{ status: 'published' }])
  })
})

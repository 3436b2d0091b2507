import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvidence, type Evidence } from '../src/checker/evidence.ts'
import { laws } from '../src/checker/laws.ts'
import { uploadsIn } from '../src/checker/uploads.ts'
import type { ExchangeLine, VipAssetState, VipVersionState } from '../src/shared/evidence.ts'
import { LARGE } from './support/checker-files.ts'
import { KILLED, writeRun } from './support/checker-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'xconnector-laws-'))
let good: Evidence
beforeAll(async () => {
  mkdirSync(join(folder, 'run'))
  await writeRun(join(folder, 'run'))
  good = await readEvidence(join(folder, 'run'), LARGE)
})
afterAll(() => rmSync(folder, { recursive: true }))

const broken = (change: Partial<Evidence>): readonly string[] =>
  laws.flatMap((law) => law({ ...good, ...change }).broken)

/** The second asset, which has two versions, otherwise. */
const withAsset = (change: (asset: VipAssetState) => Partial<VipAssetState>): Partial<Evidence> => {
  const { assets, violations } = good.vip
  return { vip: { assets: assets.map((one, i) => (i === 1 ? { ...one, ...change(one) } : one)), violations } }
}

const withCurrent = (change: Partial<VipVersionState>): Partial<Evidence> =>
  withAsset(({ versions, current }) => ({
    versions: versions.map((one) => (one.id === current ? { ...one, ...change } : one)),
  }))

const withExchanges = (
  change: (lines: readonly ExchangeLine[]) => readonly ExchangeLine[],
): Partial<Evidence> => {
  const exchanges = change(good.exchanges)
  return { exchanges, uploads: uploadsIn(exchanges) }
}

describe('files at VIP', () => {
  test('must be those of the CMS, by their own bytes', () => {
    const held = new Map(good.held)
    held.set('ver_1_2', { ...held.get('ver_1_2')!, sha256: 'f00' })
    expect(broken({ held })).toEqual([
      expect.stringMatching(
        /^corrupt: VIP holds other bytes of blt\w+ v2 \(file-1\.jpg\) than the CMS: .* sha256 f00$/,
      ),
    ])
    held.delete('ver_1_2')
    expect(broken({ held })).toEqual([expect.stringMatching(/^lost: the bytes of .* are not on VIP's disk$/)])
    expect(broken(withCurrent({ sha256: 'f00' }))).toEqual([
      expect.stringMatching(/^VIP was told another sha256 of blt/),
    ])
    const source = good.source.map((file) => ({ ...file, onDisk: undefined }))
    expect(broken({ source })).toHaveLength(4)
    expect(broken({ source })[0]).toMatch(
      /^the CMS does not hold blt\w+ v1 \(file-0\.zip\) any more as it was made$/,
    )
    expect(broken({ source }).at(-1)).toBe('and 4 files more')
    expect(broken({ source: [] })[0]).toMatch(/^blt\w+ v1 was published, and no file was ever made for it$/)
  })

  test('must be of the newest version, and of every asset', () => {
    const back = withAsset(({ versions }) => ({ current: versions[0]!.id, published: versions[0]!.id }))
    expect(broken(back)).toContainEqual(expect.stringMatching(/^stale: VIP has v1, not blt\w+ v2$/))
    const [, second, ...rest] = good.vip.assets
    const gone = { vip: { ...good.vip, assets: [second!, ...rest] } }
    expect(broken(gone)[0]).toMatch(/^lost: VIP has no file of blt\w+ v1$/)
    expect(broken(withAsset(() => ({ source: 'blt0' })))).toContain(
      'VIP has 1 asset that nobody published, such as blt0',
    )
  })

  test('must be there once', () => {
    const twice = withAsset(({ versions }) => ({ versions: [versions[1]!, ...versions] }))
    expect(broken(twice)).toEqual([
      expect.stringMatching(/^duplicate: VIP has 1 version more than once, such as blt\w+ v2$/),
    ])
  })

  test('must be of six formats, all different, and one large and not to be packed', () => {
    const one = good.held.get('ver_2_1')!
    expect(
      broken({ held: new Map([...good.held].map(([id, file]) => [id, { ...file, format: one.format }])) }),
    ).toEqual(['only 1 format; 6 at least'])
    expect(
      broken({ held: new Map(good.held).set('x', one).set('y', { ...one, sha256: '0', format: undefined }) }),
    ).toEqual(['1 file at VIP of no format that is known', '1 file at VIP that another is equal to'])
    expect(broken({ largeBytes: 250_000 })).toEqual(['the largest file at VIP is 200 kB, not 250 kB'])
    expect(broken({ largest: { size: LARGE, gzip: LARGE / 2 } })).toEqual([
      'gzip leaves 50.0 % of the largest file: it was made of repetitions',
    ])
  })
})

describe('records at VIP', () => {
  test('must say what the CMS said', () => {
    const other = withAsset(({ metadata }) => ({ metadata: { ...metadata, title: { en: 'Another' } } }))
    expect(broken(other)).toEqual([
      expect.stringMatching(
        /^VIP holds other metadata or rights of 1 asset than the CMS sent, such as blt\w+ v2: title$/,
      ),
    ])
    const wider = withAsset(({ rights }) => ({ rights: { ...rights, permissions: [{ actions: ['use'] }] } }))
    expect(broken(wider)).toEqual([expect.stringMatching(/: territories, until$/)])
    expect(broken(withCurrent({ filename: 'x', mediaType: 'y' }))).toEqual([
      expect.stringMatching(/: filename, type$/),
    ])
  })

  test('must be published in the approved current version only', () => {
    expect(broken(withAsset(() => ({ status: 'retired' })))).toEqual([
      expect.stringMatching(/^VIP does not publish the current version of 1 asset, such as blt\w+: retired$/),
    ])
    expect(broken(withCurrent({ approval: 'none' }))).toEqual([
      expect.stringMatching(/^VIP publishes 1 asset without approval, such as blt/),
    ])
  })

  test('must come by exchanges that keep the contract', () => {
    const violations = ['putAsset: the answer has no ETag', 'x']
    expect(broken({ vip: { ...good.vip, violations } })).toEqual([
      '2 departures from openapi.yaml, the first: putAsset: the answer has no ETag',
    ])
    expect(broken({ exchanges: [] })).toEqual(['there was no exchange with VIP: nothing is shown'])
  })
})

describe('uploads', () => {
  test('must not begin anew when a part has arrived', () => {
    const large = good.announced.find(({ id }) => id === 'upl_0_1')!
    const anew = withExchanges((lines) => [
      ...lines,
      {
        at: KILLED + 100,
        ended: KILLED + 200,
        method: 'PATCH',
        path: '/uploads/upl_x',
        status: 204,
        received: 9,
        offset: 0,
      },
    ])
    const announced = [...good.announced, { ...large, id: 'upl_x' }]
    expect(broken({ ...anew, announced })).toEqual([
      '1 file uploaded anew from the start although a part had arrived, such as file-0.zip',
    ])
    // Nothing of it had arrived.
    expect(broken({ announced })).toEqual([])
  })

  test('must go on after the kill, in small stretches, and repeat little', () => {
    const cut = withExchanges((lines) =>
      lines.map((line) => (line.offset === LARGE / 4 ? { ...line, offset: 0, received: LARGE } : line)),
    )
    expect(broken(cut)).toEqual(['no upload went on after the kill: nothing is shown'])
    const whole = withExchanges((lines) =>
      lines.map((line) => {
        if (line.path !== '/uploads/upl_0_1') return line
        return line.offset === 0
          ? { ...line, ended: line.at + 5, status: 204 }
          : { ...line, at: KILLED - 5, ended: KILLED + 5, offset: LARGE / 2, received: LARGE / 2 }
      }),
    )
    expect(broken(whole)).toEqual(['no upload went on after the kill: nothing is shown'])
    const much = 9 * 1024 * 1024
    const again = withExchanges((lines) => {
      const stretch = lines.find(({ path }) => path === '/uploads/upl_1_1')!
      return [...lines, ...[1, 2].map((n) => ({ ...stretch, at: stretch.at + n, received: much, offset: 0 }))]
    })
    expect(broken(again)).toEqual(['9.0 MiB in one request; 8.0 MiB is the most'])
    const more = withExchanges((lines) => {
      const stretch = lines.find(({ path }) => path === '/uploads/upl_1_1')!
      const received = 6 * 1024 * 1024
      return [...lines, ...[1, 2, 3, 4].map((n) => ({ ...stretch, at: stretch.at + n, received, offset: 0 }))]
    })
    expect(broken(more)).toEqual(['18.0 MiB were sent again; 1 kill may cost 16.0 MiB'])
  })
})

describe('VIP’s log', () => {
  test('must show how every byte that VIP holds has come', () => {
    const [first] = good.exchanges.filter(({ path }) => path === '/uploads/upl_2_1')
    expect(broken(withExchanges((lines) => lines.filter((line) => line !== first)))).toEqual([
      'the bytes of 1 version are at VIP, but its log does not show how they came, such as file-2.png',
    ])
  })
})

describe('the kill', () => {
  test('must have come in the middle of the work', () => {
    const [kill] = good.kills
    expect(broken({ kills: [] })).toContain('the service was never killed: nothing is shown')
    const early = broken({ kills: [{ ...kill!, at: KILLED - 100_000 }] })
    expect(early).toContain('killed with 0 entries in hand; 20 at least: nothing is shown')
    expect(early).toContain('killed while no upload was under way: nothing is shown')
    expect(broken({ kills: [{ ...kill!, at: KILLED + 100_000 }] })).toEqual([
      'no upload went on after the kill: nothing is shown',
      'killed with 0 entries in hand; 20 at least: nothing is shown',
      'killed while no upload was under way: nothing is shown',
    ])
  })
})

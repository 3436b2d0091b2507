import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byKind, flow, type Deployable } from '@xconnector/core'
import { testFlow, type FlowTest } from '@xconnector/core/testing'
import type { Auth } from '@xconnector/http'
import type { Vip, VipAsset } from '../../src/index.js'
import { approvedAsset } from '../support/asset.js'
import { sha256Of } from '../support/memory-files.js'
import { tenant, type Tenant } from '../support/tenant.js'

const SIZE = 70_000
const CHUNK = 30_000

const putting = (dam: Vip): Deployable =>
  flow('publish').input<VipAsset>().to(dam.assets.put).otherwise(byKind())

/** Credentials that stop coming before the nth call: the process stands still there, until it is killed. */
class Standing implements Auth {
  readonly headers: readonly string[] = ['authorization']
  readonly #token: string
  /** Calls that are still let through. */
  left = Infinity
  stands = false

  constructor(token: string) {
    this.#token = token
  }

  async credentials() {
    if (this.left-- <= 0) {
      this.stands = true
      return new Promise<never>(() => {})
    }
    return { headers: { authorization: `Bearer ${this.#token}` }, secrets: [this.#token] }
  }
}

/** Puts one asset through a flow whose process is killed before the given calls, one after the other. */
const throughCrashes = async (t: Tenant, kills: readonly number[]): Promise<number> => {
  const auth = new Standing(t.server.token)
  const dam = t.restarted({ auth, chunkBytes: CHUNK })
  await using f = testFlow(putting(dam))
  expect((await f.give(approvedAsset(t.files))).as).toBe('accepted')
  let killed = 0
  for (const kill of kills) {
    auth.left = kill
    auth.stands = false
    if (!(await stoodStill(f, auth))) break
    killed++
    await f.restart()
  }
  auth.left = Infinity
  const { dead, pending } = await f.settle()
  expect([dead, pending]).toEqual([[], 0])
  return killed
}

/** Runs until the process stands still, or is done. Virtual time creeps, for a call must not time out meanwhile. */
const stoodStill = async (f: FlowTest, auth: Standing): Promise<boolean> => {
  for (;;) {
    const { pending } = await f.run(1)
    if (auth.stands) return true
    if (pending === 0 && f.runtime.idle) return false
  }
}

const isWhole = (t: Tenant, bytes: Buffer): void => {
  expect(t.server.assets).toMatchObject([{ status: 'published', source: { id: 'a', revision: '1' } }])
  const files = t.server.files(t.server.assets[0]!.id)
  expect(files).toHaveLength(1)
  expect(files[0]).toMatchObject({ published: true, version: { sha256: sha256Of(bytes) } })
  expect(readFileSync(files[0]!.path).equals(bytes)).toBe(true)
  expect(t.server.violations).toEqual([])
}

describe('a process that is killed while it puts an asset', () => {
  test('before each of its calls: there is one version, whole and published, and one upload', async () => {
    for (let kill = 0; ; kill++) {
      await using t = await tenant()
      const bytes = t.files.add('a', SIZE)
      const killed = await throughCrashes(t, [kill])
      isWhole(t, bytes)
      expect(t.server.log.filter(({ operation }) => operation === 'createUpload')).toHaveLength(1)
      if (killed > 0) continue
      // It has as many calls as it takes: it was killed before each of them.
      expect(kill).toBeGreaterThanOrEqual(10)
      break
    }
  })

  test('after the effect of any of its calls, whose answer is lost: the same', async () => {
    for (let nth = 0; nth < 12; nth++) {
      await using t = await tenant({ faults: [{ lose: 'answer', skip: nth }] }, { chunkBytes: CHUNK })
      const bytes = t.files.add('a', SIZE)
      await using f = testFlow(putting(t.dam))
      const { dead, pending } = await f.send(approvedAsset(t.files))
      expect([nth, dead, pending]).toEqual([nth, [], 0])
      isWhole(t, bytes)
    }
  })

  test('after a version was made of an asset that has no revision, whose answer is lost: there is one version', async () => {
    await using t = await tenant({
      faults: [{ lose: 'answer', method: 'POST', path: /versions$/, times: 2 }],
    })
    t.files.add('a', SIZE)
    const { source, ...rest } = approvedAsset(t.files)
    await using f = testFlow(putting(t.dam))
    const { dead, pending } = await f.send({ ...rest, source: { system: source.system, id: source.id } })
    expect([dead, pending]).toEqual([[], 0])
    expect(t.server.versions(t.server.assets[0]!.id)).toHaveLength(1)
    expect(t.server.assets).toMatchObject([{ status: 'published' }])
  })

  test('any number of times, at any places, with any answers lost: the same', async () => {
    const kills = fc.array(fc.nat({ max: 9 }), { maxLength: 3 })
    const lost = fc.array(fc.nat({ max: 20 }), { maxLength: 2 })
    await fc.assert(
      fc.asyncProperty(kills, lost, async (at, skips) => {
        await using t = await tenant({ faults: skips.map((skip) => ({ lose: 'answer' as const, skip })) })
        const bytes = t.files.add('a', SIZE)
        await throughCrashes(t, at)
        isWhole(t, bytes)
      }),
      { numRuns: 15, seed: 21 },
    )
  })
})

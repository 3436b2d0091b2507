import { byKind, config, flow, url, type FileProvider } from '@xconnector/core'
import { testFlow } from '@xconnector/core/testing'
import { http } from '@xconnector/http'
import { expect, test } from 'vitest'
import type { Vip, VipAsset } from '../../src/index.js'
import { approvedAsset } from '../support/asset.js'
import { httpServer } from '../support/http-server.js'
import { tenant } from '../support/tenant.js'

const env = config({ LIBRARY_URL: url }, {})

/** Files of a system that is reached by HTTP, and as a part of the step that asks for them. */
const libraryFiles = (): FileProvider => {
  const library = http({ name: 'library', baseUrl: env.LIBRARY_URL })
  const file = library.download({ name: 'file', path: '/files/:id' })
  return {
    name: 'memory',
    settings: file.settings ?? [],
    async open({ id }, { ctx } = {}) {
      const answer = await file.call({ id }, ctx)
      if (answer._tag === 'Left') throw answer.left
      return answer.right.body
    },
  }
}

const putting = (dam: Vip) => flow('publish').input<VipAsset>().to(dam.assets.put).otherwise(byKind())

test('what the provider of files reads from the configuration is read in the flow, and checked at its start', async () => {
  await using t = await tenant()
  const bytes = t.files.add('a', 10)
  await using library = await httpServer((_, answer) => answer.end(bytes))
  const dam = t.restarted({ files: libraryFiles() })
  expect(dam.assets.put.settings!.map(({ variable }) => variable)).toEqual(['LIBRARY_URL'])
  await using f = testFlow(putting(dam), { config: { LIBRARY_URL: library.url } })
  const { dead, pending } = await f.send(approvedAsset(t.files))
  expect([dead, pending]).toEqual([[], 0])
})

test('while the system of the files is parked a message waits, and spends no attempts', async () => {
  await using t = await tenant()
  const bytes = t.files.add('a', 10)
  let asked = 0
  await using library = await httpServer((_, answer) => {
    if (++asked > 1) return answer.end(bytes)
    return answer.writeHead(503, { 'retry-after': '600' }).end()
  })
  await using f = testFlow(putting(t.restarted({ files: libraryFiles() })), {
    config: { LIBRARY_URL: library.url },
  })
  const { dead, delivered, virtualMs } = await f.send(approvedAsset(t.files))
  expect([dead, asked]).toEqual([[], 2])
  expect(delivered).toMatchObject([{ target: 'put-asset', attempts: 2 }])
  expect(virtualMs).toBeGreaterThanOrEqual(600_000)
})

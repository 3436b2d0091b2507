// Uses @xconnector/vip as installed: a file, its record, its approval and its publication, at the reference server.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { bearer } from '@xconnector/http'
import { vip } from '@xconnector/vip'
import { vipServer } from '@xconnector/vip/testing'

const bytes = Buffer.from('the bytes of a file')
const server = vipServer()
const { url } = await server.listen()
const files = {
  name: 'shelf',
  open: async (_ref, { start = 0 } = {}) => Readable.from([bytes.subarray(start)]),
}
const dam = vip({ baseUrl: url, auth: bearer(server.token), files })
const placed = await dam.assets.put.run({
  source: { system: 'shelf', id: 'a', revision: '1' },
  kind: 'document',
  metadata: { title: { en: 'A file' } },
  rights: {
    status: 'cleared',
    permissions: [{ actions: ['use'], territories: { mode: 'include', codes: ['DE'] } }],
    copyrightNotice: { en: 'Ours' },
  },
  file: {
    ref: { provider: 'shelf', id: 'a', version: '1', size: bytes.length },
    name: 'a.txt',
    type: 'text/plain',
  },
  version: { label: 'v1' },
  approval: { decision: 'approved', decidedAt: '2026-01-01T00:00:00Z', decidedBy: 'ada' },
  publish: true,
})
const [file] = server.files(placed.assetId)
assert.deepEqual(readFileSync(file.path), bytes)
assert.deepEqual([placed.status, file.published, server.violations], ['published', true, []])
await server.close()
console.log('works')

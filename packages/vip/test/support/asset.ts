import type { VipAsset } from '../../src/index.js'
import type { MemoryFiles } from './memory-files.js'

/** An asset that goes out at once. */
export const approvedAsset = (files: MemoryFiles, id = 'a', revision = '1'): VipAsset => ({
  source: { system: 'contentstack', id, revision },
  kind: 'image',
  metadata: { title: { en: `Asset ${id}, revision ${revision}` } },
  rights: { status: 'cleared', permissions: [{ actions: ['use'] }] },
  file: { ref: files.ref(id, revision), name: `${id}.png`, type: 'image/png' },
  version: { label: `r${revision}` },
  approval: { decision: 'approved', decidedAt: '2026-11-21T00:00:00Z', decidedBy: 'ann' },
  publish: true,
})

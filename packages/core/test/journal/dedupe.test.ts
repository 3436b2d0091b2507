import { describe, expect, it } from 'vitest'
import { bind, boundTo } from '../../src/journal/dedupe.js'
import { Disk } from '../../src/journal/disk.js'

describe('dedupe keys in memory', () => {
  it('do not pile up: those whose window is over go as others come', () => {
    const disk = new Disk()
    bind(disk, { key: 'long', until: 1_000_000 }, 'm0', 0)
    for (let now = 1; now <= 10_000; now++)
      bind(disk, { key: `short${now}`, until: now + 10 }, `m${now}`, now)
    expect(disk.dedupe.size).toBeLessThan(100)
    expect(boundTo(disk, 'long', 10_000)).toBe('m0')
  })
})

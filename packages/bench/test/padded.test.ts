import { expect, it } from 'vitest'
import { paddedEntry } from '../src/load/padded.ts'

it('makes an entry whose JSON has as many bytes as it is asked for', () => {
  for (const bytes of [900, 2048]) expect(Buffer.byteLength(JSON.stringify(paddedEntry(bytes)))).toBe(bytes)
})

it('does not make one of fewer bytes than an entry has', () => {
  expect(() => paddedEntry(100)).toThrow(RangeError)
})

import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { FileProvider, FileRef } from '@xconnector/core'
import { describe, expect, test } from 'vitest'
import { corruptFiles } from '../src/service/corrupt-files.ts'

const bytes = randomBytes(20_000)
const honest: FileProvider = {
  name: 'files',
  open: (_, { start = 0 } = {}) => {
    const rest = bytes.subarray(start)
    const chunks = Array.from({ length: Math.ceil(rest.length / 1000) }, (_chunk, i) =>
      rest.subarray(1000 * i, 1000 * (i + 1)),
    )
    return Readable.from(chunks, { objectMode: false })
  },
}
const files: readonly FileRef[] = Array.from({ length: 80 }, (_, i) => ({
  provider: 'files',
  id: `file-${i}`,
  version: '1',
}))
const readFrom = async (file: FileRef, start: number): Promise<Buffer> =>
  buffer(await corruptFiles(honest).open(file, { start }))

describe('corrupt files', () => {
  test('are one in five, in one bit, and as long as the honest ones', async () => {
    let spoilt = 0
    for (const file of files) {
      const got = await readFrom(file, 0)
      expect(got.length).toBe(bytes.length)
      const places = got.equals(bytes) ? [] : [...got.keys()].filter((i) => got[i] !== bytes[i])
      expect(places.length).toBeLessThanOrEqual(1)
      if (places.length === 1) spoilt++
    }
    expect(spoilt).toBeGreaterThan(5)
    expect(spoilt).toBeLessThan(30)
  })

  test('are the same ones each time, wherever reading begins', async () => {
    for (const file of files) {
      const whole = await readFrom(file, 0)
      expect((await readFrom(file, 7000)).equals(whole.subarray(7000))).toBe(true)
      expect((await readFrom(file, 15_000)).equals(bytes.subarray(15_000))).toBe(true)
    }
  })
})

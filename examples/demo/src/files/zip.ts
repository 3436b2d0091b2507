import { zipSync } from 'fflate'
import { makeJpeg } from './jpeg.ts'
import type { SeededNoise } from './seeded-noise.ts'

/** When a member of an archive was last changed: fixed, so that one seed gives one file. */
export const PACKED = new Date(2026, 10, 1, 8)

/** An archive of a price list and a picture, of about `size` bytes. */
export const makeZip = (noise: SeededNoise, size: number): Uint8Array => {
  const prices = Array.from({ length: 400 }, (_, i) => `sku-${i},${noise.below(10_000) / 100}`)
  const members = {
    'prices.csv': new TextEncoder().encode(prices.join('\n')),
    'picture.jpg': makeJpeg(noise, size),
  }
  return zipSync(members, { mtime: PACKED, level: 6 })
}

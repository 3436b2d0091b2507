import jpeg from 'jpeg-js'
import { picture } from './picture.ts'
import type { SeededNoise } from './seeded-noise.ts'

const QUALITY = 95

/** A photograph-like JPEG of about `size` bytes. */
export const makeJpeg = (noise: SeededNoise, size: number): Uint8Array => {
  const { width, height, rgba } = picture(noise, size / 1.15)
  return jpeg.encode({ width, height, data: rgba }, QUALITY).data
}

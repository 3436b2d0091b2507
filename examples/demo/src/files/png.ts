import { PNG } from 'pngjs'
import { picture } from './picture.ts'
import type { SeededNoise } from './seeded-noise.ts'

/** Encodes pixels as PNG. `channels`: 3 without opacity, 4 with. */
export const encodePng = (width: number, height: number, data: Uint8Array, channels: 3 | 4): Uint8Array => {
  const options = {
    width,
    height,
    colorType: 2,
    inputColorType: channels === 3 ? 2 : 6,
    inputHasAlpha: channels === 4,
    // No guessing of the best filter: of grain none is any better.
    filterType: 1,
    deflateLevel: 3,
  } as const
  const png = new PNG(options)
  png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return PNG.sync.write(png, options)
}

/** A photograph-like PNG of about `size` bytes. */
export const makePng = (noise: SeededNoise, size: number): Uint8Array => {
  const { width, height, rgba } = picture(noise, size / 2.25)
  return encodePng(width, height, rgba, 4)
}

import { createRequire } from 'node:module'
import type * as gifenc from 'gifenc'
import { picture } from './picture.ts'
import type { SeededNoise } from './seeded-noise.ts'

// A CommonJS module whose names Node cannot see from outside.
const { GIFEncoder } = createRequire(import.meta.url)('gifenc') as typeof gifenc

// Six steps of each colour, as the web-safe palette has them: quantizing grain would cost seconds.
const STEPS = 6
const PALETTE = Array.from({ length: STEPS ** 3 }, (_, i) =>
  [Math.floor(i / STEPS ** 2), Math.floor(i / STEPS) % STEPS, i % STEPS].map((step) => step * 51),
)

/** A GIF of about `size` bytes. */
export const makeGif = (noise: SeededNoise, size: number): Uint8Array => {
  const { width, height, rgba } = picture(noise, size / 0.62)
  const indexed = new Uint8Array(width * height)
  const step = (value: number): number => Math.round(value / 51)
  for (let i = 0; i < indexed.length; i++) {
    const at = 4 * i
    indexed[i] = step(rgba[at]!) * STEPS ** 2 + step(rgba[at + 1]!) * STEPS + step(rgba[at + 2]!)
  }
  const gif = GIFEncoder()
  gif.writeFrame(indexed, width, height, { palette: PALETTE })
  gif.finish()
  return gif.bytes()
}

import type { SeededNoise } from './seeded-noise.ts'

/** A picture: four bytes a pixel, red, green, blue and full opacity. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** How much of a picture is grain: the range of its random part, of 256. */
const GRAIN = 48

/** Draws soft waves of colour with the grain of a photograph: four thirds as wide as high. */
export const picture = (noise: SeededNoise, pixels: number): Picture => {
  // Even, because video wants it.
  const height = 2 * Math.round(Math.sqrt((pixels * 3) / 4) / 2)
  const width = 2 * Math.round((height * 4) / 3 / 2)
  return { width, height, rgba: drawn(noise, width, height) }
}

/** Draws a picture of that size. */
export const drawn = (noise: SeededNoise, width: number, height: number): Uint8Array => {
  const rgba = new Uint8Array(width * height * 4)
  const waves = Array.from({ length: 3 }, () => ({
    x: (0.5 + noise.part()) * 12,
    y: (0.5 + noise.part()) * 12,
    shift: noise.part() * 6,
  }))
  // One row and one column of each colour: their sum is the wave, and costs two look-ups a pixel.
  const rows = waves.map(({ x, shift }) => line(width, x, shift))
  const columns = waves.map(({ y, shift }) => line(height, y, shift))
  let at = 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const grain = noise.word()
      for (let colour = 0; colour < 3; colour++) {
        const own = ((grain >>> (8 * colour)) & 255) * (GRAIN / 256)
        rgba[at++] = rows[colour]![x]! + columns[colour]![y]! + own
      }
      rgba[at++] = 255
    }
  return rgba
}

const line = (length: number, waves: number, shift: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => (1 + Math.sin(shift + (waves * i) / length)) * 50)

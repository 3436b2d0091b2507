import { chance } from '@xconnector/example-kit/chance'
import { FORMATS, type Format } from './formats.ts'

/** One file that is to be made. */
export interface Planned {
  readonly asset: number
  readonly version: number
  readonly filename: string
  readonly format: Format
  /** Bytes, about. */
  readonly size: number
  readonly seed: string
}

const SMALLEST = 32_000
const LARGEST = 1_500_000
const SECOND_VERSIONS = 0.1
// Video is the dearest to encode, so there are few of them, and short.
const LARGEST_VIDEO = 120_000
const OF_EACH = { mp4: 0.04, wav: 0.1, zip: 0.08, gif: 0.12, pdf: 0.16, png: 0.22 } as const

/**
 * The files of `assets` assets but the first, which is the large one: one file for each, and two for one in ten, whose
 * second version has a file of its own.
 */
export const plan = (seed: string, assets: number): readonly Planned[] =>
  Array.from({ length: assets - 1 }, (_, i) => i + 1).flatMap((asset) => {
    const format = formatOf(seed, asset)
    const versions = chance(seed, 'versions', asset) < SECOND_VERSIONS ? 2 : 1
    return Array.from({ length: versions }, (_, v): Planned => {
      const version = v + 1
      return {
        asset,
        version,
        filename: `${format.kind}-${String(asset).padStart(4, '0')}.${format.extension}`,
        format,
        size: sizeOf(seed, asset, version, format),
        seed: `${seed}/${asset}/${version}`,
      }
    })
  })

// The first of each format come in turn, so that even a short run has all of them.
const formatOf = (seed: string, asset: number): Format => {
  if (asset <= FORMATS.length) return FORMATS[asset - 1]!
  let dice = chance(seed, 'format', asset)
  for (const [extension, part] of Object.entries(OF_EACH)) {
    if (dice < part) return FORMATS.find((f) => f.extension === extension)!
    dice -= part
  }
  return FORMATS[0]!
}

// Mostly small.
const sizeOf = (seed: string, asset: number, version: number, { extension }: Format): number => {
  const largest = extension === 'mp4' ? LARGEST_VIDEO : LARGEST
  return Math.round(SMALLEST * (largest / SMALLEST) ** (chance(seed, 'size', asset, version) ** 5))
}

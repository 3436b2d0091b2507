import h264 from 'h264-mp4-encoder'
import { drawn } from './picture.ts'
import type { SeededNoise } from './seeded-noise.ts'

const WIDTH = 160
const HEIGHT = 96
// Bytes of one frame of grain at this quality.
const FRAME = 6000

/** A short video of about `size` bytes: H.264 in MP4, 15 frames a second. */
export const makeMp4 = async (noise: SeededNoise, size: number): Promise<Uint8Array> => {
  const encoder = await h264.createH264MP4Encoder()
  encoder.width = WIDTH
  encoder.height = HEIGHT
  encoder.frameRate = 15
  encoder.quantizationParameter = 24
  encoder.speed = 10
  encoder.initialize()
  const frames = Math.max(2, Math.round(size / FRAME))
  for (let i = 0; i < frames; i++) encoder.addFrameRgba(drawn(noise, WIDTH, HEIGHT))
  encoder.finalize()
  const bytes = Buffer.from(encoder.FS.readFile(encoder.outputFilename))
  encoder.delete()
  return timeless(bytes)
}

// The boxes of the index that say when a file was made, after four bytes of version and flags (ISO/IEC 14496-12, 8.2.2).
const DATED = ['mvhd', 'tkhd', 'mdhd'] as const

/** Takes the times of making out, so that one seed gives one file. */
const timeless = (mp4: Buffer): Buffer => {
  const index = mp4.lastIndexOf('moov')
  for (const box of DATED) {
    const at = mp4.indexOf(box, index)
    if (at < 0) throw new Error(`a video without a box ${box}`)
    mp4.fill(0, at + 8, at + 16)
  }
  return mp4
}

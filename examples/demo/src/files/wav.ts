import { createRequire } from 'node:module'
import type * as wavefile from 'wavefile'
import type { SeededNoise } from './seeded-noise.ts'

// A CommonJS module whose names Node cannot see from outside.
const { WaveFile } = createRequire(import.meta.url)('wavefile') as typeof wavefile

const RATE = 44_100

/** Encodes 16-bit samples of two channels, one after the other, as WAV. */
export const encodeWav = (samples: Int16Array): Uint8Array => {
  const wav = new WaveFile()
  wav.fromScratch(2, RATE, '16', samples)
  return wav.toBuffer()
}

/** A tone in the noise of a bad microphone, of about `size` bytes. */
export const makeWav = (noise: SeededNoise, size: number): Uint8Array => {
  const samples = new Int16Array(Math.floor(size / 2))
  const tone = 0.02 + 0.05 * noise.part()
  for (let i = 0; i < samples.length; i++)
    samples[i] = 12_000 * Math.sin(tone * i) + (noise.word() % 8192) - 4096
  return encodeWav(samples)
}

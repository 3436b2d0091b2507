import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { Zip, ZipPassThrough } from 'fflate'
import jpeg from 'jpeg-js'
import { encodePng } from './png.ts'
import { SeededNoise } from './seeded-noise.ts'
import { encodeWav } from './wav.ts'
import { PACKED } from './zip.ts'

/** What was written. */
export interface Written {
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

const MEMBER_BYTES = 3_000_000

/**
 * Writes an archive of at least `size` bytes: raw film scans and field recordings, freshly encoded one after the other and
 * stored as they are, so that hardly anything is left to compress. One member is in memory at a time.
 */
export const writeLargeArchive = async (path: string, seed: string, size: number): Promise<Written> => {
  const file = createWriteStream(path)
  const hash = createHash('sha256')
  let written = 0
  const zip = new Zip((error, chunk) => {
    if (error !== null) return void file.destroy(error)
    written += chunk.length
    hash.update(chunk)
    file.write(chunk)
  })
  for (let n = 0; written < size; n++) {
    const { name, bytes } = member(new SeededNoise(`${seed}/${n}`), n, Math.min(MEMBER_BYTES, size / 4))
    const entry = new ZipPassThrough(name)
    entry.mtime = PACKED
    zip.add(entry)
    entry.push(bytes, true)
    if (file.writableNeedDrain) await once(file, 'drain')
  }
  zip.end()
  file.end()
  await once(file, 'close')
  return { size: written, sha256: hash.digest('hex') }
}

const member = (
  noise: SeededNoise,
  n: number,
  size: number,
): { readonly name: string; readonly bytes: Uint8Array } => {
  const name = String(n).padStart(3, '0')
  if (n % 12 === 7) {
    // The dearest of the three by far, so a small one.
    const [width, height] = [640, 480]
    const data = noise.bytes(width * height * 4)
    return { name: `proof-${name}.jpg`, bytes: jpeg.encode({ width, height, data }, 95).data }
  }
  if (n % 6 === 2) {
    const bytes = noise.bytes(2 * Math.floor(size / 2))
    return {
      name: `recording-${name}.wav`,
      bytes: encodeWav(new Int16Array(bytes.buffer, 0, bytes.length / 2)),
    }
  }
  const width = 1600
  const height = Math.ceil(size / 3 / width)
  return { name: `scan-${name}.png`, bytes: encodePng(width, height, noise.bytes(3 * width * height), 3) }
}

import type { FileKind } from '../shared/manifest.ts'
import { makeGif } from './gif.ts'
import { makeJpeg } from './jpeg.ts'
import { makeMp4 } from './mp4.ts'
import { makePdf } from './pdf.ts'
import { makePng } from './png.ts'
import type { SeededNoise } from './seeded-noise.ts'
import { makeWav } from './wav.ts'
import { makeZip } from './zip.ts'

/** One format of files. */
export interface Format {
  /** The ending of its files' names. */
  readonly extension: string
  readonly mediaType: string
  readonly kind: FileKind
  /** The bytes that its files are known by, and where they begin. */
  readonly magic: { readonly at: number; readonly bytes: string }
  /** Makes a file of about `size` bytes with a real encoder. The same noise gives the same file. */
  make(noise: SeededNoise, size: number): Uint8Array | Promise<Uint8Array>
}

/** How a file name's ending tells what is in it. */
export const FORMATS: readonly Format[] = [
  {
    extension: 'jpg',
    mediaType: 'image/jpeg',
    kind: 'image',
    magic: { at: 0, bytes: '\xff\xd8\xff' },
    make: makeJpeg,
  },
  {
    extension: 'png',
    mediaType: 'image/png',
    kind: 'image',
    magic: { at: 0, bytes: '\x89PNG\r\n\x1a\n' },
    make: makePng,
  },
  {
    extension: 'gif',
    mediaType: 'image/gif',
    kind: 'image',
    magic: { at: 0, bytes: 'GIF89a' },
    make: makeGif,
  },
  {
    extension: 'pdf',
    mediaType: 'application/pdf',
    kind: 'document',
    magic: { at: 0, bytes: '%PDF-' },
    make: makePdf,
  },
  {
    extension: 'mp4',
    mediaType: 'video/mp4',
    kind: 'video',
    magic: { at: 4, bytes: 'ftyp' },
    make: makeMp4,
  },
  {
    extension: 'wav',
    mediaType: 'audio/wav',
    kind: 'audio',
    magic: { at: 8, bytes: 'WAVE' },
    make: makeWav,
  },
  {
    extension: 'zip',
    mediaType: 'application/zip',
    kind: 'archive',
    magic: { at: 0, bytes: 'PK\x03\x04' },
    make: makeZip,
  },
]

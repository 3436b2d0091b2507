/** A format, and the bytes that its files are known by. */
interface Magic {
  readonly format: string
  readonly at: number
  /** Latin-1. */
  readonly bytes: string
}

// From the formats' own specifications, not from whoever made the files.
const MAGIC: readonly Magic[] = [
  { format: 'JPEG', at: 0, bytes: '\u00ff\u00d8\u00ff' },
  { format: 'PNG', at: 0, bytes: '\u0089PNG\r\n\u001a\n' },
  { format: 'GIF', at: 0, bytes: 'GIF89a' },
  { format: 'GIF', at: 0, bytes: 'GIF87a' },
  { format: 'WebP', at: 8, bytes: 'WEBP' },
  { format: 'PDF', at: 0, bytes: '%PDF-' },
  { format: 'MP4', at: 4, bytes: 'ftyp' },
  { format: 'WAV', at: 8, bytes: 'WAVE' },
  { format: 'ZIP', at: 0, bytes: 'PK\u0003\u0004' },
]

/** The bytes of a file's beginning that it takes. */
export const HEAD_BYTES = 16

/** The format of a file by the bytes that it begins with; `undefined`: none that is known. */
export const formatOf = (head: Buffer): string | undefined =>
  MAGIC.find(({ at, bytes }) => head.toString('latin1', at, at + bytes.length) === bytes)?.format

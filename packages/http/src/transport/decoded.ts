import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

type Decode = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const inflate = promisify(zlib.inflate) as Decode
const inflateRaw = promisify(zlib.inflateRaw) as Decode

// The names of RFC 9110, 8.4.1, and what is registered beside them.
const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', promisify(zlib.gunzip) as Decode],
  ['x-gzip', promisify(zlib.gunzip) as Decode],
  // Some senders leave out the wrapper that the name stands for (RFC 9110, 8.4.1.2, note).
  ['deflate', (bytes, options) => (isWrapped(bytes) ? inflate : inflateRaw)(bytes, options)],
  ['br', promisify(zlib.brotliDecompress) as Decode],
  ['zstd', promisify(zlib.zstdDecompress) as Decode],
])

/** What is asked for where a call does not say what it accepts. */
export const ACCEPT_ENCODING = 'gzip, deflate, br'

const FREE_BYTES = 1024 * 1024

/** What a body is after decompression, or why it has none: the flaw, or that it ended too soon. */
export type Decoded = Buffer | 'too-large' | 'encoding' | 'cut'

/** Limits of a body, in bytes after decompression. */
export interface BodyLimits {
  readonly maxResponseBytes: number
  readonly maxExpansion: number
}

/**
 * Undoes one content encoding, never past the limits: what would grow larger is not held in memory. `undefined`: the
 * encoding is not known, or is more than one, and the body stays as it came.
 */
export const decoded = async (
  encoding: string,
  bytes: Buffer,
  limits: BodyLimits,
): Promise<Decoded | undefined> => {
  const decode = DECODERS.get(encoding.trim().toLowerCase())
  if (decode === undefined) return undefined
  if (bytes.length === 0) return bytes
  const { maxResponseBytes, maxExpansion } = limits
  const most = Math.min(maxResponseBytes, Math.max(FREE_BYTES, bytes.length * maxExpansion))
  try {
    return await decode(bytes, { maxOutputLength: Math.min(most, LARGEST) })
  } catch (thrown) {
    const code = String((thrown as { readonly code?: unknown }).code)
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'too-large'
    return ENDED_TOO_SOON.has(code) ? 'cut' : 'encoding'
  }
}

// zlib's own bound for the option.
const LARGEST = 2 ** 31 - 1

const ENDED_TOO_SOON: ReadonlySet<string> = new Set(['Z_BUF_ERROR'])

// RFC 1950, 2.2: the method is 8, and the first two bytes are a multiple of 31.
const isWrapped = (bytes: Buffer): boolean =>
  (bytes[0]! & 0x0f) === 8 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0

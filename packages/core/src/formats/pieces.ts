import { TextDecoder } from 'node:util'

/** Bytes of a file, in pieces of any size: a `Readable`, an async iterable or an iterable of them. */
export type Bytes = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>

const PIECE = 64 * 1024
const BOM = [0xef, 0xbb, 0xbf]

/**
 * The same bytes as UTF-8 without a byte order mark, in pieces of at most 64 KiB. Of the encodings of the WHATWG Encoding
 * Standard any may be named; text pieces are taken as they are.
 *
 * @throws RangeError when there is no such encoding.
 */
export const pieces = (bytes: Bytes, encoding: string): AsyncGenerator<Buffer, void, void> => {
  const decoder = new TextDecoder(encoding)
  return withoutMark(decoder.encoding === 'utf-8' ? sliced(bytes) : sliced(transcoded(bytes, decoder)))
}

async function* sliced(bytes: Bytes): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of bytes) {
    const buffer =
      typeof chunk === 'string'
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < buffer.length; at += PIECE) yield buffer.subarray(at, at + PIECE)
  }
}

async function* transcoded(bytes: Bytes, decoder: TextDecoder): AsyncGenerator<string, void, void> {
  for await (const chunk of bytes)
    yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

async function* withoutMark(bytes: AsyncGenerator<Buffer, void, void>): AsyncGenerator<Buffer, void, void> {
  let start: Buffer | undefined = Buffer.alloc(0)
  for await (const piece of bytes) {
    if (start === undefined) {
      yield piece
      continue
    }
    start = Buffer.concat([start, piece])
    if (start.length < BOM.length && BOM.slice(0, start.length).every((b, i) => start![i] === b)) continue
    yield unmarked(start)
    start = undefined
  }
  if (start !== undefined && start.length > 0) yield start
}

const unmarked = (bytes: Buffer): Buffer =>
  BOM.every((b, i) => bytes[i] === b) ? bytes.subarray(BOM.length) : bytes

import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'

/** The sha256 of a whole stream: lower-case hex. Rejects with what the stream broke with. */
export const wholeHash = async (source: Readable): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of source as AsyncIterable<Buffer>) hash.update(piece)
  return hash.digest('hex')
}

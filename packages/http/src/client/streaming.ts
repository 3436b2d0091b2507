import { Readable } from 'node:stream'
import type { AxiosResponse } from 'axios'
import type { Exchange } from '../outcome/exchange.js'
import { bytesOf } from './exchange-of.js'
import type { Streaming } from './wire.js'

/** An answer that came as a stream: handed on where it is a 2xx, else read to its end, `most` bytes of it. */
export const streaming = async (
  response: AxiosResponse<unknown>,
  most: number,
): Promise<Exchange | Streaming> => {
  const { status, headers, data } = response
  // An adapter of the user's own may have read it.
  const stream = data instanceof Readable ? data : Readable.from([bytesOf(data)], { objectMode: false })
  if (status >= 200 && status < 300) return { as: 'streaming', status, headers, stream }
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      pieces.push(piece)
      length += piece.length
      if (length > most) return { as: 'unreadable', status, headers, flaw: 'too-large' }
    }
  } catch {
    return { as: 'cut', status, headers, code: 'ECONNRESET' }
  }
  return { as: 'answered', status, headers, body: Buffer.concat(pieces) }
}

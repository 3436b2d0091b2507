import { left, right, type Result } from '@xconnector/core'
import { isJson } from '../contract/check-request.js'
import { mediaType } from '../contract/seen.js'
import { refusal, type Refusal } from '../platform/refusal.js'

const MOST_BYTES = 1 << 20

/** The JSON of a request's body; `undefined` when there is none, or another media type. At most 1 MiB. */
export const readJson = async (request: Request): Promise<Result<Refusal, unknown>> => {
  if (request.body === null || !isJson(mediaType(request.headers) ?? '')) return right(undefined)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MOST_BYTES)
      return left(refusal(413, 'content_too_large', `a JSON body has at most ${MOST_BYTES} bytes`))
    chunks.push(chunk)
  }
  if (bytes === 0) return right(undefined)
  try {
    return right(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    return left(refusal(400, 'invalid_request', 'the body is not JSON'))
  }
}

import { createHash } from 'node:crypto'
import { isReply } from './reply.js'

/** An answer before it is put on the wire. */
export interface RemoteAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes and texts as they are, all else as JSON; `undefined`: none. */
  readonly body?: unknown
}

/** What a handler gave as an answer. `streamed`: its body is read as bytes. */
export const answerOf = async (
  given: unknown,
  streamed: boolean,
  request: { readonly headers: Headers },
): Promise<RemoteAnswer> => {
  if (given instanceof Response)
    return {
      status: given.status,
      headers: Object.fromEntries(given.headers),
      body: new Uint8Array(await given.arrayBuffer()),
    }
  if (isReply(given)) return given
  if (streamed && (given instanceof Uint8Array || typeof given === 'string'))
    return ofBytes(Buffer.from(given as string), request.headers)
  return given === undefined ? { status: 204, headers: {} } : { status: 200, headers: {}, body: given }
}

/** The bytes of an answer's body, and its content type where it says none. */
export const bodyOf = ({ body }: RemoteAnswer): { readonly bytes?: Uint8Array; readonly type?: string } => {
  if (body === undefined) return {}
  if (body instanceof Uint8Array) return { bytes: body, type: 'application/octet-stream' }
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'application/json' }
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' }
}

/** A file as servers give it: whole, or the part that is asked for (RFC 9110, section 14), with a strong ETag. */
const ofBytes = (bytes: Buffer, asked: Headers): RemoteAnswer => {
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
  const headers = { etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' }
  const range = /^bytes=(\d+)-(\d*)$/.exec(asked.get('range') ?? '')
  const unless = asked.get('if-range')
  if (range === null || (unless !== null && unless !== etag)) return { status: 200, headers, body: bytes }
  const start = Number(range[1])
  const end = Math.min(range[2] === '' ? Infinity : Number(range[2]), bytes.length - 1)
  if (start > end) return { status: 416, headers: { ...headers, 'content-range': `bytes */${bytes.length}` } }
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end}/${bytes.length}` },
    body: bytes.subarray(start, end + 1),
  }
}

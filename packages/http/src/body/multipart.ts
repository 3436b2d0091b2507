import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Context, Failure, May, Random, Tagged } from '@xconnector/core'
import type { ByteStream, BytesBody, Fails, FailuresOf } from '../client/byte-stream.js'
import { credentialsIn } from '../outcome/redact.js'
import { segmentsOf } from './multipart-segments.js'
import { Segments } from './segments.js'

interface Named {
  /** The name of the field. */
  readonly name: string
  /** The content type of the part. Default: none for a value, `application/json` for JSON, else `application/octet-stream`. */
  readonly type?: string
}

/** A field with a value. A number or integer that would lose digits is refused. */
export interface ValuePart extends Named {
  readonly value: string | number | bigint | boolean
}

/** A field with JSON, of which nothing is rounded. */
export interface JsonPart extends Named {
  readonly json: unknown
}

/** A field or a file that is in memory. */
export interface ContentPart extends Named {
  readonly content: Uint8Array
  readonly filename?: string
}

/** What may be given when a file is opened: a stream, one with more about it, or a failure instead. */
export type OpenedPart =
  | (Readable & Fails<never>)
  | (Readable & Fails<Tagged>)
  | Pick<ByteStream<Tagged>, 'stream' | 'length' | 'sha256'>
  | Failure<string>

/** A file that is streamed. */
export interface FilePart extends Named {
  readonly filename: string
  /** Opens it when it is its turn, for each attempt anew: never before the one in front of it has been sent. */
  readonly open: (ctx: Context) => May<OpenedPart>
  /** Bytes. A stream of another length fails. When all lengths are known, the whole is sent with a `Content-Length`. */
  readonly length?: number
  /** SHA-256 of the bytes, in hex: where it is another, the call fails before the end of the body is sent. */
  readonly sha256?: string
}

/** One part of a multipart body. */
export type Part = ValuePart | JsonPart | ContentPart | FilePart

/** The failures that opening and reading the files of some parts bring. */
export type PartFailures<P> = P extends { readonly open: (ctx: Context) => infer R }
  ? Awaited<R> extends infer O
    ? O extends Readable
      ? FailuresOf<{ readonly stream: O }>
      : FailuresOf<O>
    : never
  : never

/**
 * A body of `multipart/form-data` (RFC 7578) that is streamed in flat memory: fields and files, in the order that is given.
 *
 * `parts` is asked for each attempt. Files are opened one by one; the first is opened before anything is sent, so that one
 * that is not to be had costs no request. Names and file names are sent in UTF-8 and escaped by the HTML rule (`"`, CR and
 * LF as `%22`, `%0D` and `%0A`). What holds for `bytes` holds here: never sent again by the quick retry, no
 * `maxRequestBytes`, a timeout by standstill; a file that breaks with a failure makes the call fail with it.
 *
 * @example
 * const add = client.target({
 *   name: 'add-image', method: 'POST', path: '/images', effect: 'keyed',
 *   body: multipart((image: Image) => [
 *     { name: 'title', value: image.title },
 *     { name: 'meta', json: { tags: image.tags } },
 *     { name: 'file', filename: image.name, type: image.type, length: image.size, open: () => createReadStream(image.path) },
 *   ]),
 * })
 */
export const multipart = <A, const P extends Part>(
  parts: (input: A, ctx: Context) => May<readonly P[]>,
): BytesBody<A, PartFailures<P>> => ({
  async open(input, ctx, random) {
    const given = await parts(input, ctx)
    const boundary = boundaryOf(random)
    const segments = segmentsOf(given, boundary)
    const stream = new Segments(segments.list, ctx)
    const failure = await stream.openFirst()
    if (failure !== undefined) return failure
    const type = `multipart/form-data; boundary=${boundary}`
    const secrets = given.flatMap(credentialsOf)
    return { stream, type, secrets, ...(segments.length !== undefined && { length: segments.length }) }
  },
})

const credentialsOf = (part: Part): readonly string[] => {
  if ('value' in part) return credentialsIn({ [part.name]: String(part.value) })
  return 'json' in part ? credentialsIn({ [part.name]: part.json }) : []
}

// Hashed, so that nobody who sees boundaries can tell the ones to come: a file that holds its own boundary would be
// several parts to the receiver.
const boundaryOf = (random: Random): string => {
  const hash = createHash('sha256')
  for (let i = 0; i < 8; i++) hash.update(String(random.next()))
  return `xc-${hash.digest('hex').slice(0, 40)}`
}

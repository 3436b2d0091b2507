import type { Readable } from 'node:stream'
import type { Expect } from '../body/expect.js'
import type { Resume } from '../body/resume.js'
import type { BadResponse } from '../failure/bad-response.js'
import type { ConnectionLost } from '../failure/connection-lost.js'
import type { TimedOut } from '../failure/timed-out.js'
import type { Answered } from './answered.js'
import type { Fails } from './byte-stream.js'
import type { HeaderValue } from './options.js'
import type { QueryValues } from './query-string.js'

/**
 * An answer whose body is a stream. It must be read to its end or destroyed: until then it holds a slot of the
 * destination. What goes wrong on the way is an error of the stream, before its end:
 * - `ConnectionLost`: it broke off, and did not go on (`resume`);
 * - `TimedOut`: nothing came for the client's timeout although it was being read, and it did not go on;
 * - `BadResponse`: the bytes are not those that were expected (`length`, `digest`).
 */
export interface Download extends Answered<Readable & Fails<ConnectionLost | TimedOut | BadResponse>> {
  /** Bytes of the body, where the answer says so. */
  readonly size?: number
  /** Its content type, where the answer says so. */
  readonly type?: string
}

/** What declares a download. */
export interface DownloadOptions<P extends string, A> {
  /** In failures, events and the log. */
  readonly name: string
  /** Below the base URL. `:names` are filled from the input's fields, and encoded; a function gives an encoded path. */
  readonly path: P | ((input: A) => string)
  readonly query?: QueryValues | ((input: A) => QueryValues)
  /** `{ range: 'bytes=100-' }`, for one: an answer of 206 is as good as one of 200. */
  readonly headers?: Readonly<Record<string, HeaderValue>> | ((input: A) => Readonly<Record<string, string>>)
  /**
   * The first byte wanted, from 0 on: asked for by `Range`. An answer that begins elsewhere is a `BadResponse` (`length`):
   * the beginning is never taken for the middle. `expect` still means the whole file; of a part only its size is looked at.
   */
  readonly start?: (input: A) => number | undefined
  /**
   * What the body must be: its size and its SHA-256, as a `FileRef` has them. An answer that announces another size is a
   * `BadResponse` (`length`) at once; what comes to light while it is read breaks the stream before its end. A
   * `Content-Digest`, `Repr-Digest` (RFC 9530) or `Digest` of the answer is looked at as well, whether this is given or not.
   */
  readonly expect?: Expect | ((input: A) => Expect | undefined)
  /**
   * A download that breaks off or stands still goes on by itself: the rest is asked for by `Range` and `If-Range`, where the
   * answer had a strong validator (a strong `ETag`, or a `Last-Modified` a minute before its `Date`). The reader notices
   * nothing. Each time is taken from the destination's retry budget and waits a little; a file that has changed is not gone on
   * with. `false`: never. Default `{ most: 5 }`.
   */
  readonly resume?: false | Partial<Resume>
}

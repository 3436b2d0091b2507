import type { Readable } from 'node:stream'
import type { ConnectionLost } from '../failure/connection-lost.js'
import type { TimedOut } from '../failure/timed-out.js'
import type { Answered } from './answered.js'
import type { Fails } from './byte-stream.js'
import type { HeaderValue } from './options.js'
import type { QueryValues } from './query-string.js'

/**
 * An answer whose body is a stream. It must be read to its end or destroyed: until then it holds a slot of the
 * destination. A break is an error of the stream: `ConnectionLost`, or `TimedOut` when nothing came for the client's timeout
 * although it was being read.
 */
export interface Download extends Answered<Readable & Fails<ConnectionLost | TimedOut>> {
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
}

import type { Context, Json, Tagged } from '@xconnector/core'
import { isBuffered } from '../body/buffered-body.js'
import type { Integers } from '../json/integers.js'
import { parseJson } from '../json/parse-json.js'
import { stringifyJson } from '../json/stringify-json.js'
import { encoderOf, isBytes, type Body } from './body.js'

/** Makes bodies that are sent as a whole. */
export interface BodyWriter<A> {
  /** The content type, where no header of the target says another. */
  readonly type: string
  /** What is sent of an input: a value, of which credentials can be found. Throws what the user's function throws. */
  encode(input: A, ctx: Context): unknown
  /** Its bytes. Throws a `TypeError` for what cannot be sent exactly. */
  write(sent: unknown): Buffer
  /** How it is shown in a dry run. */
  show(sent: unknown, body: Buffer): Json
}

/** The writer of a body; none for one that is streamed. `at`: what a `TypeError` begins with. */
export const writerOf = <A, E extends Tagged>(
  body: Body<A, E> | undefined,
  integers: Integers,
  at: string,
): BodyWriter<A> | undefined => {
  if (body === undefined || isBytes(body)) return undefined
  if (!isBuffered(body))
    return {
      type: 'application/json',
      encode: encoderOf(body),
      write: (sent) => Buffer.from(stringifyJson(sent, integers, at)),
      show: (_, bytes) => jsonOf(bytes),
    }
  const { type, of, write, show } = body.buffered
  return {
    type,
    encode: of,
    write(sent) {
      const { buffer, byteOffset, byteLength } = write(sent, at)
      return Buffer.from(buffer, byteOffset, byteLength)
    },
    show,
  }
}

// Nothing is rounded in a preview either.
const jsonOf = (bytes: Buffer): Json => {
  const read = parseJson(bytes, { integers: 'text', maxDepth: Infinity })
  return read.ok ? (read.value as Json) : null
}

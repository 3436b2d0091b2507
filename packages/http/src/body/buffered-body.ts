import type { Json } from '@xconnector/core'

/** A body other than JSON that is made as a whole before it is sent: so it may be sent again by the quick retry. */
export interface BufferedBody<A, S = unknown> {
  readonly buffered: {
    /** The content type; a header of the target wins. */
    readonly type: string
    /** What is sent of an input. Throws what the user's function throws. */
    readonly of: (input: A) => S
    /** Its bytes. Throws a `TypeError` that begins with `at`. */
    readonly write: (sent: S, at: string) => Uint8Array
    /** How it is shown in a dry run. */
    readonly show: (sent: S) => Json
  }
}

/** Whether a body is made as a whole, and is not JSON. */
export const isBuffered = (body: unknown): body is BufferedBody<never> =>
  typeof body === 'object' && body !== null && 'buffered' in body

import type { BufferedBody } from './buffered-body.js'
import { contentType, type ContentOptions } from './content-type.js'

/**
 * A body of bytes that are in memory: the input, or what a function makes of it. Default content type
 * `application/octet-stream`. What does not fit into memory is streamed: `bytes`.
 *
 * @example
 * body: binary((image: Thumbnail) => image.png, { type: 'image/png' })
 * @throws TypeError for a content type that is none.
 */
export const binary: {
  (options?: ContentOptions): BufferedBody<Uint8Array>
  <A>(of: (input: A) => Uint8Array, options?: ContentOptions): BufferedBody<A>
} = (first: ((input: never) => Uint8Array) | ContentOptions = {}, second: ContentOptions = {}): never => {
  const [of, options] = typeof first === 'function' ? [first, second] : [(input: never) => input, first]
  return {
    buffered: {
      type: contentType(options.type, 'application/octet-stream', 'binary'),
      of,
      write(sent: unknown, at) {
        if (sent instanceof Uint8Array) return sent
        throw new TypeError(`${at}: expected a Uint8Array, got ${typeof sent}`)
      },
      show: (sent: unknown) => ({ bytes: (sent as Uint8Array).length }),
    },
  } satisfies BufferedBody<never> as never
}

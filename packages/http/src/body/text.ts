import type { BufferedBody } from './buffered-body.js'
import { contentType, type ContentOptions } from './content-type.js'

/**
 * A body of text in UTF-8: the input, or what a function makes of it (XML, CSV, a query language). Default content type
 * `text/plain; charset=utf-8`.
 *
 * @example
 * body: text((order: Order) => toXml(order), { type: 'application/xml' })
 * @throws TypeError for a content type that is none.
 */
export const text: {
  (options?: ContentOptions): BufferedBody<string>
  <A>(of: (input: A) => string, options?: ContentOptions): BufferedBody<A>
} = (first: ((input: never) => string) | ContentOptions = {}, second: ContentOptions = {}): never => {
  const [of, options] = typeof first === 'function' ? [first, second] : [(input: never) => input, first]
  return {
    buffered: {
      type: contentType(options.type, 'text/plain; charset=utf-8', 'text'),
      of,
      write(sent, at) {
        if (typeof sent !== 'string') throw new TypeError(`${at}: expected a text, got ${typeof sent}`)
        if (!sent.isWellFormed())
          throw new TypeError(`${at}: the text has half a surrogate pair, which UTF-8 cannot carry`)
        return Buffer.from(sent)
      },
      show: (sent) => sent as string,
    },
  } satisfies BufferedBody<never> as never
}

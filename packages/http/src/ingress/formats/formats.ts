import type { Format, FormatFlaw, Read } from '../format.js'

/**
 * One of several formats: the first that takes a body's media type reads it. Streams, such as `multipartFormat`, have a webhook
 * of their own.
 *
 * @example
 * format: formats(jsonFormat(), formFormat())
 *
 * @throws TypeError when there is none, or one that is none.
 */
export const formats = (...several: readonly Format[]): Format => {
  if (several.length === 0 || several.some((f) => typeof f?.read !== 'function'))
    throw new TypeError('formats: expected formats of bodies that are read as a whole, such as jsonFormat()')
  const types = [...new Set(several.flatMap((f) => f.types))]
  const wrong: FormatFlaw = { status: 415, detail: `expected ${types.join(', or ')}` }
  const asking = several.find((f) => f.options !== undefined)
  return {
    types,
    async read(head, raw): Promise<Read> {
      for (const format of several) {
        const read = await format.read(head, raw)
        if (!('status' in read) || read.status !== 415) return read
      }
      return wrong
    },
    ...(asking && { options: (head) => asking.options!(head) }),
  }
}

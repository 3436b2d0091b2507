import { isUnicode, mediaOf } from '../../cloudevents/media.js'
import type { FormatFlaw, FormatHead } from '../format.js'

/** Why a body is not of a media type, in UTF-8 and not encoded, by its headers; undefined when it is. */
export const unreadable = (
  head: FormatHead,
  takes: (type: string) => boolean,
  expected: string,
  charsets: 'utf-8' | 'any' = 'utf-8',
): FormatFlaw | undefined => {
  const encoding = head.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return { status: 415, detail: 'expected a body without content-encoding' }
  const media = mediaOf(head.header('content-type') ?? '')
  if (media === undefined || !takes(media.type)) return { status: 415, detail: `expected ${expected}` }
  return charsets === 'any' || isUnicode(media)
    ? undefined
    : { status: 415, detail: 'expected the charset utf-8' }
}

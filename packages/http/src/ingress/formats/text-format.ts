import { checkList } from '../../config/check-option.js'
import { isUtf8 } from 'node:buffer'
import { unreadable } from './media-check.js'
import type { Format } from '../format.js'

/** Which texts are taken. */
export interface TextFormatOptions {
  /** Media types. Default `['text/plain']`. */
  readonly types?: readonly string[]
}

/**
 * A body of text in UTF-8: one message, a string.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const textFormat = (options: TextFormatOptions = {}): Format => {
  checkList('textFormat types', options.types ?? [])
  const types = (options.types ?? ['text/plain']).map((t) => t.toLowerCase())
  if (types.length === 0 || !types.every((t) => MEDIA.test(t)))
    throw new TypeError(`textFormat types: expected media types, got ${JSON.stringify(options.types)}`)
  return {
    types,
    read(head, raw) {
      const wrong = unreadable(head, (type) => types.includes(type), types.join(' or '))
      if (wrong !== undefined) return wrong
      if (!isUtf8(raw)) return { status: 400, detail: 'expected a text in UTF-8' }
      return { messages: [{ raw: raw.toString('utf8') }] }
    },
  }
}

const MEDIA = /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/

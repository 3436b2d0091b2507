import type { Json } from '@xconnector/core'
import { checkedIntegers, type Integers } from '../../json/integers.js'
import { MAX_DEPTH, parseJson, type JsonFlaw } from '../../json/parse-json.js'
import { atLeastOne } from '../../files/stream-rules.js'
import type { Format, FormatFlaw, FormatMessage } from '../format.js'
import { notJson } from '../json-type.js'

/** How JSON is read. */
export interface JsonFormatOptions {
  /**
   * Integers past 2^53 - 1: refused with 400, and with their places (default), or texts of their digits (`'text'`). They are never
   * rounded.
   */
  readonly integers?: Integers
  /** How deep objects and lists may be nested. Default 500. */
  readonly maxDepth?: number
}

/**
 * A body of JSON (RFC 8259), in UTF-8: one message. Of a key that comes twice the last value counts; a key `__proto__` is left
 * out.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const jsonFormat = (options: JsonFormatOptions = {}): Format => {
  const read = jsonReader(options, 'jsonFormat')
  return {
    types: ['application/json'],
    read(head, raw) {
      const wrong = notJson(head.header('content-type'), head.header('content-encoding'))
      if (wrong !== undefined) return { status: 415, detail: wrong }
      const found = read(raw)
      return 'status' in found ? found : { messages: [found] }
    },
  }
}

/** A function that reads one message of JSON, strictly. */
export const jsonReader = (
  options: JsonFormatOptions,
  at: string,
): ((raw: Buffer) => FormatMessage | FormatFlaw) => {
  const integers = checkedIntegers(options.integers, `${at} integers`) ?? 'refuse'
  const maxDepth = atLeastOne(options.maxDepth ?? MAX_DEPTH, `${at} maxDepth`)
  return (raw) => {
    const found = parseJson(raw, { integers, maxDepth, mark: 'refuse' })
    if (!found.ok) return { status: 400, detail: DETAIL[found.flaw], issues: found.issues }
    const { text } = found
    const value = found.value as Json
    // The text is not that of the value where something was left out of it, or stands there in another form.
    return integers === 'text' || MAY_DIFFER.test(text) ? { raw: value } : { raw: value, text }
  }
}

const MAY_DIFFER = /__proto__|\\u00/

const DETAIL: Readonly<Record<JsonFlaw, string>> = {
  'not-json': 'expected JSON in UTF-8',
  'unsafe-number': 'expected no integer past 2^53 - 1',
  'too-deep': 'expected JSON that is not nested so deep',
}

/** Bytes as JSON; or why they are none, strictly: an integer that would be rounded is a flaw. */
export const parsedJson = (raw: Buffer): { readonly json: Json } | FormatFlaw => {
  const found = STRICT(raw)
  return 'status' in found ? found : { json: found.raw }
}

const STRICT = jsonReader({}, 'JSON')

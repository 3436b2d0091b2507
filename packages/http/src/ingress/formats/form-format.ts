import type { Json } from '@xconnector/core'
import { atLeastOne } from '../../files/stream-rules.js'
import type { Format, FormatFlaw } from '../format.js'
import { FieldNames } from './field-names.js'
import { unreadable } from './media-check.js'

/** Limits of a form. */
export interface FormFormatOptions {
  /** The most fields, repeated ones counted each. Default 1000. */
  readonly maxFields?: number
  /** The longest name, in characters. Default 200. */
  readonly maxNameLength?: number
}

/**
 * A body of `application/x-www-form-urlencoded` (WHATWG URL, 5): one message, an object of its fields. A field is a text, or a
 * list of texts where its name came more than once. A field `__proto__` is left out.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const formFormat = (options: FormFormatOptions = {}): Format => {
  const maxFields = atLeastOne(options.maxFields ?? 1000, 'formFormat maxFields')
  const maxName = atLeastOne(options.maxNameLength ?? 200, 'formFormat maxNameLength')
  return {
    types: [TYPE],
    read(head, raw) {
      const wrong = unreadable(head, (type) => type === TYPE, TYPE)
      if (wrong !== undefined) return wrong
      const fields = new FieldNames<Json>(maxFields, maxName)
      // A form is ASCII; bytes beyond it were meant to be percent-encoded.
      for (const pair of pairsIn(raw.toString('latin1'))) {
        const mark = pair.indexOf('=')
        const name = decoded(mark === -1 ? pair : pair.slice(0, mark))
        const value = mark === -1 ? '' : decoded(pair.slice(mark + 1))
        if (name === undefined || value === undefined) return MALFORMED
        const flaw = fields.add(name, value)
        if (flaw !== undefined) return { status: 400, detail: flaw }
      }
      return { messages: [{ raw: fields.all() }] }
    },
  }
}

const TYPE = 'application/x-www-form-urlencoded'
const MALFORMED: FormatFlaw = { status: 400, detail: 'expected fields with percent-encoded UTF-8' }

// One by one, so that a body of nothing but separators makes no list of its length.
function* pairsIn(text: string): Generator<string, void, void> {
  let from = 0
  while (from <= text.length) {
    const at = text.indexOf('&', from)
    const end = at === -1 ? text.length : at
    if (end > from) yield text.slice(from, end)
    from = end + 1
  }
}

const decoded = (encoded: string): string | undefined => {
  // oxlint-disable-next-line no-control-regex
  if (/[^\x20-\x7e]/.test(encoded)) return undefined
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

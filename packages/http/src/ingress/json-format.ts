import { isUtf8 } from 'node:buffer'
import type { Json } from '@xconnector/core'
import type { Format, FormatFlaw } from './format.js'
import { notJson } from './json-type.js'

/** A body of JSON: one message. */
export const jsonFormat: Format = {
  types: ['application/json'],
  read(head, raw) {
    const wrong = notJson(head.header('content-type'), head.header('content-encoding'))
    if (wrong !== undefined) return { status: 415, detail: wrong }
    const found = parsedJson(raw)
    return found === undefined ? NO_JSON : { messages: [{ raw: found.json, text: found.text }] }
  },
}

/** Bytes as JSON, with their text; undefined when they are none, or not UTF-8. */
export const parsedJson = (raw: Buffer): { readonly json: Json; readonly text: string } | undefined => {
  if (!isUtf8(raw)) return undefined
  const text = raw.toString('utf8')
  try {
    return { json: JSON.parse(text) as Json, text }
  } catch {
    return undefined
  }
}

/** What is answered for what is no JSON. */
export const NO_JSON: FormatFlaw = Object.freeze({ status: 400, detail: 'expected JSON in UTF-8' })

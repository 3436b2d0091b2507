import { isUtf8 } from 'node:buffer'
import type { Json } from '@xconnector/core'
import type { FormatFlaw, FormatHead } from '../ingress/format.js'
import { parsedJson } from '../ingress/formats/json-format.js'
import { RepeatedHeader } from '../verify/repeated-header.js'
import { attributesFlaw } from './attributes.js'
import { attributeOf } from './header-value.js'
import { isJson, isUnicode, mediaOf } from './media.js'
import type { ReadEvent } from './read-structured.js'

/** Attributes that a sender may not give twice: a server that joins headers puts a comma and a space between them. */
const SINGLE: ReadonlySet<string> = new Set(['id', 'source', 'type', 'specversion'])

/**
 * Reads an event in binary mode: its attributes are `ce-` headers, its data is the body, of the type that `content-type`
 * says. JSON becomes `data` as it is, texts become a text, anything else `data_base64`.
 *
 * @throws RepeatedHeader for an attribute that came twice.
 */
export const readBinary = (head: FormatHead, raw: Buffer): ReadEvent | FormatFlaw => {
  const found: [string, string][] = []
  for (const [header, value] of Object.entries(head.all())) {
    if (!header.startsWith('ce-')) continue
    if (typeof value !== 'string') throw new RepeatedHeader(header)
    const name = header.slice(3)
    if (SINGLE.has(name) && value.includes(', ')) throw new RepeatedHeader(header)
    const text = attributeOf(value)
    if (text === undefined) return flaw(`${header}: expected percent-encoded UTF-8`)
    found.push([name, text])
  }
  const attributes: Record<string, string> = Object.fromEntries(found)
  if (Object.hasOwn(attributes, 'datacontenttype'))
    return flaw('ce-datacontenttype: expected the content-type in its place')
  const type = head.header('content-type')
  if (type !== undefined) attributes['datacontenttype'] = type
  const wrong = attributesFlaw(attributes)
  if (wrong !== undefined) return flaw(wrong)
  const data = dataOf(type, raw)
  return 'status' in data ? data : { event: { ...attributes, ...data } as ReadEvent['event'], inHead: true }
}

type Data = { readonly data?: Json; readonly data_base64?: string }

const dataOf = (type: string | undefined, raw: Buffer): Data | FormatFlaw => {
  if (raw.length === 0) return {}
  const media = mediaOf(type ?? 'application/json')
  if (media === undefined) return { status: 415, detail: 'content-type: expected a media type' }
  const text = isJson(media.type) || media.type.startsWith('text/')
  if (text && !isUnicode(media)) return { status: 415, detail: 'expected the charset utf-8' }
  if (isJson(media.type)) {
    const found = parsedJson(raw)
    return 'status' in found ? found : { data: found.json }
  }
  if (!text) return { data_base64: raw.toString('base64') }
  return isUtf8(raw) ? { data: raw.toString('utf8') } : flaw('expected a text in UTF-8')
}

const flaw = (detail: string): FormatFlaw => ({ status: 400, detail })

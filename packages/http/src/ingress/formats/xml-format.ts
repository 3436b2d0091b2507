import { isUtf8 } from 'node:buffer'
import type { Json } from '@xconnector/core'
import { atLeastOne } from '../../files/stream-rules.js'
import { withoutPrototypes } from '../../json/without-prototypes.js'
import type { Format, FormatFlaw } from '../format.js'
import { unreadable } from './media-check.js'
import type * as FastXmlParser from 'fast-xml-parser'
import { EntityRefused, xmlEntities } from './xml-entities.js'

type Parser = typeof FastXmlParser

/** How XML becomes an object. */
export interface XmlFormatOptions {
  /**
   * Elements that are always lists, however often they came: by their path from the root, such as `'order.items.item'`. Others are
   * lists where they came more than once.
   */
  readonly arrays?: readonly string[]
  /** What stands before the names of attributes. Default `'@'`. */
  readonly attributePrefix?: string
  /** The name of the text of an element that has attributes or children too. Default `'#text'`. */
  readonly textName?: string
  /** Leaves the prefixes of namespaces out of names. Default false. */
  readonly withoutPrefixes?: boolean
  /** How deep elements may be nested. Default 100. */
  readonly maxDepth?: number
  /** The most elements. Default 100,000. */
  readonly maxElements?: number
}

/**
 * A body of XML 1.0 (`application/xml`, `text/xml`, `+xml`) in UTF-8: one message, an object of its root element, whose values
 * are texts. Document types and entities of one's own are refused, so that nothing expands and nothing is fetched; the five
 * entities of XML and character references are read. Read by fast-xml-parser, which is loaded with the first body: install it.
 *
 * An element `__proto__` is left out. Order between elements of different names is lost, and so are comments.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const xmlFormat = (options: XmlFormatOptions = {}): Format => {
  const { arrays = [], attributePrefix = '@', textName = '#text', withoutPrefixes = false } = options
  const lists = new Set(arrays)
  for (const path of arrays)
    if (typeof path !== 'string' || !/^[^\s.]+(?:\.[^\s.]+)*$/.test(path))
      throw new TypeError(
        `xmlFormat arrays: expected paths such as "order.item", got ${JSON.stringify(path)}`,
      )
  if (typeof textName !== 'string' || textName === '')
    throw new TypeError('xmlFormat textName: expected a name, got none')
  const maxDepth = atLeastOne(options.maxDepth ?? 100, 'xmlFormat maxDepth')
  const maxElements = atLeastOne(options.maxElements ?? 100_000, 'xmlFormat maxElements')
  const parserOptions = {
    ignoreAttributes: false,
    attributeNamePrefix: attributePrefix,
    textNodeName: textName,
    removeNSPrefix: withoutPrefixes,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    // It counts those inside the root.
    maxNestedTags: maxDepth - 1,
    entityDecoder: xmlEntities,
    isArray: (_: string, path: unknown): boolean => lists.has(String(path)),
  }
  return {
    types: ['application/xml', 'text/xml'],
    async read(head, raw) {
      const wrong = unreadable(head, (type) => XML.test(type), 'application/xml, or a type that ends in +xml')
      if (wrong !== undefined) return wrong
      if (!isUtf8(raw)) return { status: 400, detail: 'expected XML in UTF-8' }
      const text = raw.toString('utf8').replace(/^\uFEFF/, '')
      const before = flawBefore(text, maxElements)
      if (before !== undefined) return before
      const { XMLParser, XMLValidator } = await fastXmlParser()
      // The validator takes a text behind the root.
      if (text.slice(text.lastIndexOf('>') + 1).trim() !== '' || XMLValidator.validate(text) !== true)
        return NOT_XML
      try {
        const value = withoutPrototypes(new XMLParser(parserOptions).parse(text)) as Json
        return hasOneRoot(value, textName) ? { messages: [{ raw: value }] } : NOT_XML
      } catch (thrown) {
        if (thrown instanceof EntityRefused) return { status: 400, detail: thrown.message }
        // Its messages quote what they read.
        const deep = thrown instanceof Error && /nested/i.test(thrown.message)
        return deep ? { status: 400, detail: `expected elements nested at most ${maxDepth} deep` } : NOT_XML
      }
    },
  }
}

const XML = /^(?:application\/xml|text\/xml|[^/]+\/[^/]+\+xml)$/
const NOT_XML: FormatFlaw = { status: 400, detail: 'expected well-formed XML' }
const DECLARATION = /^<\?xml\s[^>]*\?>/
const ENCODING = /\sencoding\s*=\s*["']([^"']*)["']/

const flawBefore = (text: string, maxElements: number): FormatFlaw | undefined => {
  const [declaration = ''] = DECLARATION.exec(text) ?? []
  const [, encoding = 'utf-8'] = ENCODING.exec(declaration) ?? []
  if (!/^(?:utf-?8|us-ascii)$/i.test(encoding)) return { status: 415, detail: 'expected XML in UTF-8' }
  // Anywhere, in a comment too: there is no reason to look closer.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return { status: 400, detail: 'expected XML without a document type' }
  let elements = 0
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const next = text.charCodeAt(at + 1)
    if (next !== 0x2f && next !== 0x21 && next !== 0x3f && ++elements > maxElements)
      return { status: 413, detail: `expected at most ${maxElements} elements` }
  }
  return undefined
}

// The parser takes texts and further elements beside the root.
const hasOneRoot = (value: Json, textName: string): boolean => {
  const [first, second] = Object.entries(value as Readonly<Record<string, Json>>)
  return first !== undefined && second === undefined && first[0] !== textName && !Array.isArray(first[1])
}

const fastXmlParser = async (): Promise<Parser> => {
  try {
    return await import('fast-xml-parser')
  } catch (cause) {
    throw new Error('xmlFormat needs the package fast-xml-parser: install it', { cause })
  }
}

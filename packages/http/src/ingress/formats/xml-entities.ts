/** An entity that XML itself does not have, or a character that it does not allow. */
export class EntityRefused extends Error {}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([A-Za-z]{2,4}));|&/g

const decode = (text: string): string =>
  text.includes('&')
    ? text.replace(REFERENCE, (_, decimal?: string, hex?: string, name?: string) => {
        if (decimal !== undefined) return character(Number(decimal))
        if (hex !== undefined) return character(Number.parseInt(hex, 16))
        const known = name !== undefined && Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
        if (known === undefined) throw new EntityRefused('expected no entities but those of XML itself')
        return known
      })
    : text

// XML 1.0, 2.2.
const character = (code: number): string => {
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  if (!allowed) throw new EntityRefused('expected characters that XML allows')
  return String.fromCodePoint(code)
}

const none = (): void => {}

/** Decodes the five entities of XML and references to characters, once; for fast-xml-parser. */
export const xmlEntities: {
  readonly decode: (text: string) => string
  readonly setExternalEntities: () => void
  readonly addInputEntities: () => void
  readonly reset: () => void
  readonly setXmlVersion: () => void
} = Object.freeze({
  decode,
  setExternalEntities: none,
  addInputEntities: () => {
    throw new EntityRefused('expected XML without a document type')
  },
  reset: none,
  setXmlVersion: none,
})

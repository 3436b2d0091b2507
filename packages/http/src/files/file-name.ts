const PIECE = /;\s*([!#$%&'+.^_`|~0-9A-Za-z-]+\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s";]+)\s*/gy
const EXTENDED = /^(utf-8|iso-8859-1)'[A-Za-z0-9-]*'([!#$&+.^_`|~0-9A-Za-z-]|%[0-9a-f]{2})*$/i
const LONGEST = 255

/**
 * The file name of a `Content-Disposition` (RFC 6266): `filename*` (RFC 8187) before `filename`. Undefined where there is none,
 * or the header is malformed.
 */
export const fileName = (disposition: string | undefined): string | undefined => {
  if (disposition === undefined) return undefined
  const type = /^\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*/.exec(disposition)
  if (type === null) return undefined
  const found = new Map<string, string>()
  PIECE.lastIndex = type[0].length
  let end = PIECE.lastIndex
  for (let piece = PIECE.exec(disposition); piece !== null; piece = PIECE.exec(disposition)) {
    const name = piece[1]!.toLowerCase()
    // Twice the same parameter: nobody knows which was meant.
    if (found.has(name)) return undefined
    found.set(name, piece[2]!)
    end = PIECE.lastIndex
  }
  if (disposition.slice(end).replaceAll(';', '').trim() !== '') return undefined
  const extended = found.get('filename*')
  const text = (extended && decoded(extended)) ?? unquoted(found.get('filename'))
  return text === undefined ? undefined : safeName(text)
}

/**
 * A name that is safe to show and to join to a path: the last part of what may be one, without control characters and those that
 * file systems refuse, of 255 bytes at most. Undefined when nothing is left.
 */
export const safeName = (text: string): string | undefined => {
  const last = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
  const name = shortened(withoutEnd(last.normalize('NFC').replace(UNSAFE, '_').trim()))
  return name === '' || RESERVED.test(name) ? undefined : name
}

// Controls, what turns the direction of writing, and what has a meaning in names of files, urls or shells of some system.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff<>:"|?*]|[\ud800-\udfff]/gu
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** Windows drops dots and spaces at the end. Not by an expression, which would try at each of them. */
const withoutEnd = (name: string): string => {
  let end = name.length
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--
  return name.slice(0, end)
}

/** Cut to what file systems hold, with the ending kept. */
const shortened = (name: string): string => {
  if (Buffer.byteLength(name) <= LONGEST) return name
  const [ending] = /\.[A-Za-z0-9]{1,16}$/.exec(name) ?? ['']
  const stem = Array.from(name.slice(0, name.length - ending.length))
  let bytes = Buffer.byteLength(ending)
  let out = ''
  for (const c of stem) {
    bytes += Buffer.byteLength(c)
    if (bytes > LONGEST) break
    out += c
  }
  return out + ending
}

const decoded = (value: string): string | undefined => {
  if (!EXTENDED.test(value)) return undefined
  const [charset, , text] = value.split("'") as [string, string, string]
  try {
    return charset.toLowerCase() === 'utf-8'
      ? decodeURIComponent(text)
      : text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  } catch {
    return undefined
  }
}

// Node gives headers as Latin-1; most senders write UTF-8 there.
const unquoted = (value: string | undefined): string | undefined => {
  if (value === undefined) return undefined
  const text = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
  const bytes = Buffer.from(text, 'latin1')
  const asUtf8 = bytes.toString('utf8')
  return asUtf8.includes('\uFFFD') || bytes.toString('latin1') !== text ? text : asUtf8
}

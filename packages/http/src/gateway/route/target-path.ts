/** A request target in origin form, made regular. */
export interface TargetPath {
  /** Begins with one `/`; unreserved characters are not percent-encoded, other encodings are in upper case. */
  readonly path: string
  /** What stands behind the `?`, as it came; empty where there is none. */
  readonly query: string
}

const PLAIN = /^\/[\w!$&'()*+,\-.:=@~/]*$/
const PATH = /^\/(?:[\w!$&'()*+,\-.:;=@~/]|%[0-9A-Fa-f]{2})*$/
const QUERY = /^[\x21\x22\x24-\x5b\x5d-\x7e]*$/
const DOTS = /\/\.{1,2}(?:[/;]|$)/
// Slashes of both kinds, control characters and the percent sign itself, which is decoded twice by careless servers.
const BAD_ENCODED = /%(?:2f|5c|25|[01][0-9a-f]|7f)/i
const UNRESERVED = /%(?:2d|2e|5f|7e|3\d|[46][1-9a-f]|[57][0-9a])/gi

/**
 * Reads a request target (RFC 9112, 3.2). Only the origin form is taken, and nothing that a backend may read otherwise than
 * the routing table does: no absolute or authority form, no empty or dot segments (encoded ones and `..;` too), no encoded
 * slashes, control characters or percent signs in the path, no backslash, no fragment, no broken percent-encoding.
 * Unreserved characters are decoded (RFC 3986, 6.2.2.2), so that one path has one spelling.
 *
 * @returns `undefined` for a target that is refused.
 */
export const targetPath = (target: string): TargetPath | undefined => {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? '' : target.slice(mark + 1)
  if (query !== '' && !QUERY.test(query)) return undefined
  if (PLAIN.test(path)) return isRegular(path) ? { path, query } : undefined
  if (!PATH.test(path) || BAD_ENCODED.test(path)) return undefined
  const regular = path
    .replace(UNRESERVED, (c) => String.fromCharCode(Number.parseInt(c.slice(1), 16)))
    .replace(/%[0-9a-f]{2}/gi, (c) => c.toUpperCase())
  return isRegular(regular) && isUtf8(regular) ? { path: regular, query } : undefined
}

const isRegular = (path: string): boolean => !path.includes('//') && !(path.includes('/.') && DOTS.test(path))

const isUtf8 = (path: string): boolean => {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

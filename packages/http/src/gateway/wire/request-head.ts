import { listedIn, REQUEST_KINDS, type HeaderKind } from './header-kinds.js'
import type { Front } from './front.js'
import type { HeaderList } from './header-list.js'

/** What a gateway reads off the headers of a request before it sends them on. */
export interface RequestHead {
  /** End-to-end headers, in the order in which they came; neither `Host` nor framing, cookies or credentials. */
  readonly headers: string[]
  readonly host: string
  readonly via: string | undefined
  readonly contentLength: string | undefined
  readonly chunked: boolean
  readonly authorization: string | undefined
  /** Credentials under other names, such as `x-api-key`. */
  readonly keys: HeaderList
  readonly cookie: string | undefined
  /** What proxies before said of the client, as name and value. */
  readonly forwarded: HeaderList
}

/** Why a request is not taken: 400 with this said. */
export interface Malformed {
  readonly malformed: string
}

const HOST = /^(?:[a-z\d._~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i
const bad = (malformed: string): Malformed => ({ malformed })

/**
 * Reads the headers of a request (RFC 9110, 7.6; RFC 9112, 6.3). Refused is what two parties may read differently: several
 * lengths, a length beside a transfer coding, a coding other than `chunked`, several or malformed hosts, and several
 * credentials.
 */
export const requestHead = (front: Front): RequestHead | Malformed => {
  const raw = front.headers
  const headers: string[] = []
  let host: string | undefined
  let via: string | undefined
  let connection: string | undefined
  let contentLength: string | undefined
  let encoding: string | undefined
  let authorization: string | undefined
  let cookie: string | undefined
  let keys: string[] | undefined
  let forwarded: string[] | undefined
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const value = raw[i + 1]!
    switch (kindOf(name)) {
      case undefined:
        headers.push(name, value)
        break
      case 'host':
        if (host !== undefined) return bad('host: expected once')
        host = value
        break
      case 'connection':
        connection = connection === undefined ? value : `${connection},${value}`
        break
      case 'length':
        if (contentLength !== undefined) return bad('content-length: expected once')
        contentLength = value
        break
      case 'encoding':
        if (encoding !== undefined) return bad('transfer-encoding: expected once')
        encoding = value
        break
      case 'credential':
        if (authorization !== undefined) return bad('authorization: expected once')
        authorization = value
        break
      case 'key':
        ;(keys ??= []).push(name, value)
        break
      case 'cookie':
        cookie = cookie === undefined ? value : `${cookie}; ${value}`
        break
      case 'via':
        via = via === undefined ? value : `${via}, ${value}`
        break
      case 'forwarded':
        ;(forwarded ??= []).push(name, value)
        break
      default:
    }
  }
  if (host === undefined || !HOST.test(host)) return bad('host: expected a host')
  if (contentLength !== undefined && !/^\d{1,15}$/.test(contentLength))
    return bad('content-length: expected a number of bytes')
  if (encoding !== undefined && contentLength !== undefined)
    return bad('expected either content-length or transfer-encoding')
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'chunked')
    return bad('transfer-encoding: expected chunked')
  const listed = listedIn(connection)
  return {
    headers: listed === undefined ? headers : unlisted(headers, listed),
    host,
    via,
    contentLength,
    chunked: encoding !== undefined,
    authorization: listed?.has('authorization') === true ? undefined : authorization,
    keys: keys === undefined ? NONE : listed === undefined ? keys : unlisted(keys, listed),
    cookie: listed?.has('cookie') === true ? undefined : cookie,
    forwarded: forwarded ?? NONE,
  }
}

const NONE: HeaderList = Object.freeze([])

const kindOf = (name: string): HeaderKind | undefined => {
  const kind = REQUEST_KINDS.get(name)
  // Servers that map headers to variables cannot tell `x_forwarded_for` from `x-forwarded-for`.
  if (kind !== undefined || !name.includes('_')) return kind
  return REQUEST_KINDS.has(name.replaceAll('_', '-')) ? 'hop' : undefined
}

const unlisted = (headers: readonly string[], listed: ReadonlySet<string>): string[] => {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2)
    if (!listed.has(headers[i]!)) out.push(headers[i]!, headers[i + 1]!)
  return out
}

import LinkHeader from 'http-link-header'
import { redact } from '../outcome/redact.js'
import { hidesDots } from '../text/hides-dots.js'

/** A link that may be followed: path and query below the base URL. Or why it may not. */
export type LinkTarget = { readonly link: string } | { readonly refused: string }

/**
 * The target of the first link with a relation in a `Link` header (RFC 8288), as it stands there. Links with an `anchor` are
 * about something else. `undefined`: there is none. Throws when the header cannot be read.
 */
export const linkWith = (header: string | undefined, relation: string): string | undefined => {
  if (header === undefined || header.trim() === '') return undefined
  const ref = LinkHeader.parse(header)
    .rel(relation)
    .find((r) => (r as Partial<typeof r>)['anchor'] === undefined)
  return ref?.uri
}

/**
 * Resolves a link against the URL that its page came from (RFC 3986, section 5), and holds it to the base URL: another
 * scheme, host or port, a path above the base's, credentials in the link, and dots hidden by encoded slashes are refused.
 *
 * @param base without a slash at its end
 * @param without names of query parameters that are left out: credentials that are added to each call anyway
 */
export const linkTarget = (
  base: string,
  page: string,
  target: string,
  without: readonly string[] = [],
): LinkTarget => {
  let url: URL
  try {
    url = new URL(target, page)
  } catch {
    return { refused: 'to what is no URL' }
  }
  const root = new URL(base)
  if (url.origin !== root.origin || url.protocol !== root.protocol)
    return {
      refused: `to ${shown(url.origin === 'null' ? url.protocol : url.origin)}, away from the base URL`,
    }
  if (url.username !== '' || url.password !== '') return { refused: 'to a URL with credentials in it' }
  const above = root.pathname.replace(/\/+$/, '')
  const path = url.pathname
  const below = path === above ? '/' : path.slice(above.length)
  if ((path !== above && !path.startsWith(`${above}/`)) || hidesDots(path))
    return { refused: `to ${shown(path)}, above the base URL` }
  if (below.startsWith('//')) return { refused: `to ${shown(path)}, which begins with two slashes` }
  return { link: below.replace(ILLEGAL, encodeURIComponent) + withoutNames(url.search, without) }
}

// What a URL's path may hold, but the path of a call may not.
const ILLEGAL = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/]/g

const withoutNames = (search: string, names: readonly string[]): string => {
  if (names.length === 0 || search === '') return search
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => !names.includes([...new URLSearchParams(pair).keys()][0] ?? ''))
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

const shown = (text: string): string => redact(text, []).slice(0, 200)

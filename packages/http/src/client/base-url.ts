import { readSetting, type Secret, type Setting } from '@xconnector/core'
import { isLoopbackHost } from '../network/loopback-host.js'

/**
 * What the paths of a client's calls are below. A `Secret` where the URL itself is a credential, as those of chat services
 * are: nothing but its host is shown, and it may have a query, which is sent with every call.
 */
export type BaseUrl = string | Secret | Setting<string> | Setting<Secret>

/** A base URL as requests need it. */
export interface Base {
  /** Without a slash at its end, and without query. */
  readonly url: string
  /** What stands in the place of an empty path: the slash at its end, if there was one. */
  readonly bare: string
  /** Its query, with the `?`; empty where it has none. */
  readonly search: string
  /** What must not be shown of it. */
  readonly secrets: readonly string[]
}

/**
 * A base URL under a configuration.
 *
 * @throws TypeError as `baseUrlOf` does. It never quotes the URL.
 */
export const baseOf = (
  from: BaseUrl,
  config: Readonly<Record<string, string>>,
  at: string,
  plaintext: boolean,
): Base => {
  const value = readSetting<string | Secret>(from, config)
  const plain = !(value instanceof Object && 'reveal' in value)
  const given = plain ? value : value.reveal()
  const [path, query] = plain ? [given, undefined] : given.split(/\?(.*)/s, 2)
  const url = baseUrlOf(path, at, plaintext)
  const { pathname, search } = new URL(given)
  return {
    url,
    bare: pathname.endsWith('/') ? '/' : '',
    search: query === undefined ? '' : search,
    secrets: plain ? [] : partsOf(pathname, search),
  }
}

// As a whole, and in parts: an answer may quote either.
const partsOf = (pathname: string, search: string): readonly string[] => [
  ...[pathname.replace(/^\/|\/+$/g, ''), search.slice(1)].filter((text) => text !== ''),
  ...[...pathname.split('/'), ...new URLSearchParams(search).values()].filter((text) => text.length >= LONG),
]

// What is shorter is a word of the API's: `v1`, `hooks`.
const LONG = 8

/**
 * A base URL without a slash at its end.
 *
 * @throws TypeError when it is no `http` or `https` URL, or carries credentials, a query or a fragment; or when it is `http`
 * to another machine, and `plaintext` is not allowed.
 */
export const baseUrlOf = (url: string, at: string, plaintext = false): string => {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new TypeError(`${at} baseUrl: expected an http or https URL`)
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw new TypeError(`${at} baseUrl: expected an http or https URL`)
  if (parsed.username !== '' || parsed.password !== '')
    throw new TypeError(`${at} baseUrl: credentials belong in \`auth\`, not in the URL`)
  if (parsed.search !== '' || parsed.hash !== '')
    throw new TypeError(`${at} baseUrl: expected no query and no fragment`)
  if (parsed.protocol === 'http:' && !plaintext && !isLoopbackHost(parsed.hostname))
    throw new TypeError(
      `${at} baseUrl: http to another machine is readable on the way: use https, or say plaintext: true`,
    )
  return parsed.href.replace(/\/+$/, '')
}

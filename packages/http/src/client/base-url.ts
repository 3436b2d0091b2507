import { isLoopbackHost } from '../network/loopback-host.js'

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

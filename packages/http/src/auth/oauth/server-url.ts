import { isLoopbackHost } from '../../network/loopback-host.js'

/**
 * An endpoint of an authorization server: https, or http on this machine, or wherever plaintext is allowed.
 *
 * @throws TypeError naming the option; a URL that carries credentials is not quoted.
 */
export const serverUrl = (text: string, option: string, plaintext: boolean): URL => {
  if (typeof text !== 'string' || !URL.canParse(text))
    throw new TypeError(`${option}: expected an https URL, got what is no URL`)
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw new TypeError(`${option}: expected a URL without credentials and fragment`)
  if (url.protocol === 'https:') return url
  if (url.protocol !== 'http:') throw new TypeError(`${option}: expected an https URL, got ${url.protocol}`)
  if (plaintext || isLoopbackHost(url.hostname)) return url
  throw new TypeError(
    `${option}: expected an https URL, got http: to ${url.host}; \`plaintext: true\` allows that`,
  )
}

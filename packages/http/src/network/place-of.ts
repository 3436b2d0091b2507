import type { Made } from '../client/request-maker.js'

const LONGEST_URL = 8192

/**
 * Where a URL that came from data points to. It is data: no message quotes it.
 *
 * @throws TypeError when it is none of `https` (or `http` where that is allowed), is too long, or carries credentials.
 */
export const placeOf = (url: string, plaintext: boolean, at: string): Pick<Made, 'baseUrl' | 'url'> => {
  const parsed = typeof url === 'string' && url.length <= LONGEST_URL ? URL.parse(url) : null
  if (parsed === null || (parsed.protocol !== 'https:' && !(plaintext && parsed.protocol === 'http:')))
    throw new TypeError(`${at} url: expected an https URL of at most ${LONGEST_URL} characters`)
  if (parsed.username !== '' || parsed.password !== '')
    throw new TypeError(`${at} url: expected no credentials in it`)
  return { baseUrl: parsed.origin, url: parsed.pathname + parsed.search }
}

/** What is put in the place of a credential. */
export const MASK = '[masked]'

const HOLDS =
  /authorization|authtoken|cookie|password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|credential|signature|sessionid|bearer|jwt/
const IS: ReadonlySet<string> = new Set(['auth', 'pass', 'pwd', 'session', 'sid', 'hmac'])

/** Whether what a key holds is likely a credential: `Authorization`, `x-api-key`, `clientSecret`, `access_token`, … */
export const isCredential = (key: string): boolean => {
  const plain = key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return IS.has(plain) || HOLDS.test(plain)
}

/** Longer texts are cut before they are searched. */
const LONGEST = 8192

const BEARER = /\b(bearer)\s+[^\s"',;]{6,}/gi
const BASIC = /\b([Bb]asic)\s+(?=\S*[\dA-Z=])[\w+/=-]{6,}/g
const USER_INFO = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,512}@/gi
// "authorization: expected string" is an issue of a decoder, not a header.
const HEADER =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)\s?:(?!\s?expected )[^\r\n]+/gi
const QUERY = /([?&;\s,{(]|^)([\w.-]{2,40})=([^\s"'&;,)}]+)/g
const QUOTED = /(\\?["'])([\w.-]{2,40})\1(\s?:\s?)(\\?["'])(?:(?!\4).)+/g

/** Without one of these in it, none of the shapes below can be. */
const SUSPECT = /[:=]|bearer|basic/i

/**
 * A text without the credentials that can be told by their shape: `Bearer …`, the user part of a URL, header lines, and
 * pairs such as `access_token=…` or `"password":"…"`. A text of more than `longest` characters, by
 * default 8,192, is cut there.
 */
export const withoutCredentials = (text: string, longest: number = LONGEST): string => {
  const short = text.slice(0, longest)
  return SUSPECT.test(short) ? masked(short) : short
}

const masked = (text: string): string =>
  text
    .replaceAll(BEARER, `$1 ${MASK}`)
    .replaceAll(BASIC, `$1 ${MASK}`)
    .replaceAll(USER_INFO, `$1${MASK}@`)
    .replaceAll(HEADER, `$1: ${MASK}`)
    .replaceAll(QUERY, (whole: string, before: string, key: string) =>
      isCredential(key) ? `${before}${key}=${MASK}` : whole,
    )
    .replaceAll(QUOTED, (whole: string, quote: string, key: string, between: string, open: string) =>
      isCredential(key) ? `${quote}${key}${quote}${between}${open}${MASK}` : whole,
    )

import { percentEncoded } from '../text/percent-encoded.js'

/** What stands in the place of a secret. */
export const MASK = '[redacted]'

/** Names of headers, fields and query parameters whose values are credentials. */
export const CREDENTIAL_NAME: RegExp =
  /auth|cookie|token|secret|passw|passphrase|api[-_]?key|access[-_]?key|signature|credential|session|^sig$/i

// The blank may be percent-encoded, once or twice.
const SCHEME = /(?:\b|(?<=%(?:25)?20))(bearer|basic|token)(?:\s|%(?:25)?20)+[A-Za-z0-9._~+/=%-]{6,}/gi
// A field's value may be cut off by the end of the text.
const FIELD = /("[^"\\]{0,80}")(\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?$)/g
const PARAMETER = /([A-Za-z0-9_.-]{1,80})=([^&\s"'<>;,]+)/g
const SHORTEST = 4

/**
 * A text without the given secrets (as they are, or escaped for JSON or encoded for a URL, twice at most), without values after `Bearer`
 * and the like, and without values of fields and parameters whose names say that they are credentials.
 */
export const redact = (text: string, secrets: readonly string[]): string => {
  let out = text
  for (const secret of forms(secrets)) out = out.replaceAll(secret, MASK)
  return out
    .replace(SCHEME, (_, scheme: string) => `${scheme} ${MASK}`)
    .replace(FIELD, (whole, name: string, colon: string) =>
      CREDENTIAL_NAME.test(name.slice(1, -1)) ? `${name}${colon}"${MASK}"` : whole,
    )
    .replace(PARAMETER, (whole, name: string) => (CREDENTIAL_NAME.test(name) ? `${name}=${MASK}` : whole))
}

type Writing = (text: string) => string

const WRITINGS: readonly Writing[] = [
  (text) => JSON.stringify(text).slice(1, -1),
  percentEncoded,
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
]

// Each secret as it is, and escaped and encoded once or twice, as in an echo within an echo. Longest first, so that no
// part of one is left where another is within it.
const forms = (secrets: readonly string[]): readonly string[] => {
  const plain = secrets.filter((s) => s.length >= SHORTEST)
  const once = plain.flatMap((s) => WRITINGS.map((write) => write(s)))
  const twice = once.flatMap((s) => WRITINGS.map((write) => write(s)))
  const all = new Set([...plain, ...once, ...twice])
  return [...all].sort((a, b) => b.length - a.length)
}

/** The credentials in a value that is sent: texts, or lists of them, under names that say so. For redacting answers that echo it. */
export const credentialsIn = (value: unknown, depth = 0): readonly string[] => {
  if (typeof value !== 'object' || value === null || depth > 8) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    if (typeof inner === 'string') return CREDENTIAL_NAME.test(name) ? [inner] : []
    const listed = Array.isArray(inner) && CREDENTIAL_NAME.test(name) ? inner.filter(isText) : []
    return [...listed, ...credentialsIn(inner, depth + 1)]
  })
}

const isText = (value: unknown): value is string => typeof value === 'string'

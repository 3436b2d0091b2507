import { readSetting, type Secret } from '@xconnector/core'
import { isKnown } from '../config/secret-text.js'
import { CREDENTIAL_NAME } from '../outcome/redact.js'
import type { HeaderValue } from './options.js'

/** Headers ready to be sent, and the secret texts among their values. */
export interface Headers {
  readonly values: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
}

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
// eslint-disable-next-line no-control-regex
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Headers that frame a message: set by the client alone. */
const OWN: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
])

/**
 * Reads header values, in lower case of their names. What is a `Secret`, or has a credential's name, is secret.
 *
 * @throws TypeError naming the header for a name or value that cannot be sent; never quotes the value.
 */
export const readHeaders = (
  headers: Readonly<Record<string, HeaderValue>>,
  config: Readonly<Record<string, string>>,
  at: string,
): Headers => {
  const values: Record<string, string> = {}
  const secrets: string[] = []
  for (const [given, source] of Object.entries(headers)) {
    const name = given.toLowerCase()
    const value = isKnown(source) ? source : readSetting<string | Secret>(source, config)
    const text = typeof value === 'string' ? value : value.reveal()
    checkHeader(name, text, at)
    values[name] = text
    if (typeof value !== 'string' || CREDENTIAL_NAME.test(name)) secrets.push(text)
  }
  return { values, secrets }
}

/** @throws TypeError naming the header, never quoting its value. */
export const checkHeader = (name: string, text: string, at: string): void => {
  if (!NAME.test(name) || OWN.has(name)) throw new TypeError(`${at} headers: "${name}" cannot be set`)
  if (typeof text !== 'string' || !VALUE.test(text))
    throw new TypeError(`${at} headers: the value of "${name}" has characters that a header cannot carry`)
}

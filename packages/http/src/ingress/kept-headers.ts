import { checkList } from '../config/check-option.js'
import type { Head } from './head.js'

/** Headers that are stored with a message when the webhook names no others. */
export const KEPT_BY_DEFAULT: readonly string[] = [
  'webhook-id',
  'webhook-timestamp',
  'correlation-id',
  'traceparent',
  'tracestate',
]

const CREDENTIAL = /auth|cookie|signature|token|secret|passw|api[-_]?key|credential|session/
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/
const LONGEST = 1024

/**
 * The names of headers to store: the default ones and a webhook's own.
 *
 * @throws TypeError for a name that is none, or that carries credentials.
 */
export const keptNames = (webhook: string, own: readonly string[]): readonly string[] => {
  checkList(`webhook ${webhook} headers`, own)
  for (const name of own) {
    if (!NAME.test(name.toLowerCase()))
      throw new TypeError(`webhook ${webhook} headers: expected header names, got ${JSON.stringify(name)}`)
    if (CREDENTIAL.test(name.toLowerCase()))
      throw new TypeError(`webhook ${webhook} headers: "${name}" carries credentials, which are never stored`)
  }
  return [...new Set([...KEPT_BY_DEFAULT, ...own.map((n) => n.toLowerCase())])]
}

/** The chosen headers of a request; repeated, overlong and malformed ones are left out. */
export const keptHeaders = (head: Head, names: readonly string[]): Readonly<Record<string, string>> => {
  const kept: Record<string, string> = {}
  for (const name of names) {
    const [value, again] = head.headers(name)
    if (value === undefined || again !== undefined || value.length > LONGEST) continue
    if (name === 'traceparent' && !TRACEPARENT.test(value)) continue
    kept[name] = value
  }
  return kept
}

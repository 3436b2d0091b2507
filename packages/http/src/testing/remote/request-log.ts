import { CREDENTIAL_NAME, credentialsIn, MASK, redact } from '../../outcome/redact.js'
import type { DeclaredClient } from '../../client/declared.js'
import type { FaultKind } from './fault.js'
import type { Arrived } from './mock-request.js'

/** One request as it came over the wire, and what became of it. Credentials are masked. */
export interface MockedRequest {
  readonly method: string
  /** Below the base URL, with the query. */
  readonly path: string
  /** The declared call that answered it; `undefined`: none did. */
  readonly call: string | undefined
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** The first 4096 characters of its body as text, redacted. */
  readonly body: string | undefined
  /** The idempotency key, without its quotes. */
  readonly key: string | undefined
  /** Status of the answer; 0: the connection broke in its place. */
  readonly status: number
  /** What went wrong with it. */
  readonly fault?: FaultKind['as']
  /** The answer is that of an earlier request with the same key. */
  readonly replayed?: true
  /** Epoch milliseconds, by the remote's clock. */
  readonly at: number
}

const LONGEST_BODY = 4096

/** What a log keeps of a request. */
export const shownRequest = (
  { method, path, query, headers, bytes }: Arrived,
  { hiddenHeaders, hiddenQuery }: DeclaredClient,
): Pick<MockedRequest, 'method' | 'path' | 'headers' | 'body'> => {
  const hidden = new Set(hiddenHeaders)
  const secrets: string[] = []
  const shown: Record<string, string> = {}
  for (const [name, value] of headers) {
    const masked = hidden.has(name) || CREDENTIAL_NAME.test(name)
    if (masked) secrets.push(value, value.replace(/^\w+ /, ''))
    shown[name] = masked ? MASK : value
  }
  const search = new URLSearchParams()
  for (const [name, value] of query) {
    const masked = hiddenQuery.includes(name) || CREDENTIAL_NAME.test(name)
    if (masked) secrets.push(value)
    search.append(name, masked ? MASK : value)
  }
  const text = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, 4 * LONGEST_BODY),
  ).toString()
  secrets.push(...credentialsIn(jsonOf(bytes)))
  const asked = search.size === 0 ? path : `${path}?${search.toString()}`
  return {
    method,
    path: redact(asked, secrets),
    headers: Object.fromEntries(Object.entries(shown).map(([name, v]) => [name, redact(v, secrets)])),
    body: bytes.byteLength === 0 ? undefined : redact(text, secrets).slice(0, LONGEST_BODY),
  }
}

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
  } catch {
    return undefined
  }
}

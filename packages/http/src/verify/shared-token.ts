import { createHash, timingSafeEqual } from 'node:crypto'
import type { SecretText } from '../config/secret-text.js'
import { keyedVerifier } from './secrets.js'
import type { SignedHead, Verified, Verifier } from './verifier.js'

/** How to verify a token that sender and receiver share. Either `token` or `tokens` is needed. */
export interface SharedTokenOptions {
  /** The header that carries it, in any case. */
  readonly header: string
  readonly token?: SecretText
  /** Several, while one is being rotated out. */
  readonly tokens?: readonly SecretText[]
  /** What stands before the token in the header, such as `'Bearer '`. Default: nothing. */
  readonly prefix?: string
}

/**
 * Verifies that a header carries a shared token, compared in constant time. It proves who sent the request, not what is
 * in it, and gives no id: name a `dedupe` header for the webhook, or a dedupe function in the flow.
 *
 * @throws TypeError when the header's name is no name, or a token is empty.
 */
export const sharedToken = (options: SharedTokenOptions): Verifier => {
  const header = (typeof options.header === 'string' ? options.header : '').toLowerCase()
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header))
    throw new TypeError(`sharedToken header: expected a header name, got ${JSON.stringify(options.header)}`)
  const tokens = options.tokens ?? (options.token === undefined ? [] : [options.token])
  if (tokens.length === 0) throw new TypeError('sharedToken: expected `token` or `tokens`')
  const prefix = options.prefix ?? ''
  const verify = (expected: readonly Buffer[], request: SignedHead): Verified => {
    const given = request.header(header)
    if (given === undefined || given === '') return { ok: false, reason: 'missing' }
    const of = digest(given)
    let genuine = false
    for (const e of expected) if (timingSafeEqual(of, e)) genuine = true
    return genuine ? { ok: true } : { ok: false, reason: 'mismatch' }
  }
  return keyedVerifier({
    name: 'shared-token',
    option: 'sharedToken token',
    secrets: tokens,
    keyOf: (text) => digest(prefix + text),
    verify,
    begin: verify,
  })
}

// Digests are of one length, so that comparing them tells nothing of the token's.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

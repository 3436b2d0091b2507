import { createHash, timingSafeEqual } from 'node:crypto'
import { isKnown, reveal, type SecretText } from '../config/secret-text.js'
import type { AuthorizeOperator, Operator } from './operator.js'

/** One operator's token. */
export interface OperatorToken {
  /** What stands behind `Authorization: Bearer `: at least 16 characters. */
  readonly token: SecretText
  readonly may: 'look' | 'act'
}

const SHORTEST = 16
const BEARER = /^bearer +(\S+)$/i

/**
 * Lets operators in by their bearer tokens (RFC 6750), compared in constant time. Tokens from a configuration are read at the
 * first request.
 *
 * @example
 * ops(runtime, { authorize: operatorTokens({ grafana: { token: env.LOOK, may: 'look' }, oncall: { token: env.ACT, may: 'act' } }) })
 * @throws TypeError naming the operator whose token is empty or short, or who may neither `look` nor `act`; when there is none.
 */
export const operatorTokens = (tokens: Readonly<Record<string, OperatorToken>>): AuthorizeOperator => {
  const entries = Object.entries(tokens ?? {})
  if (entries.length === 0) throw new TypeError('operatorTokens: expected at least one operator, got none')
  for (const [name, { token, may }] of entries) {
    if (name.trim() === '')
      throw new TypeError('operatorTokens: expected names of operators, got an empty one')
    if (may !== 'look' && may !== 'act')
      throw new TypeError(`operatorTokens ${name}.may: expected 'look' or 'act', got ${String(may)}`)
    if (token === undefined || token === null)
      throw new TypeError(`operatorTokens ${name}.token: expected a secret, got ${String(token)}`)
    if (isKnown(token)) digestOf(name, token)
  }
  let known: readonly (readonly [Buffer, Operator])[] | undefined
  return (request) => {
    known ??= entries.map(([name, { token, may }]) => [digestOf(name, token), { name, may }] as const)
    const given = BEARER.exec(request.header('authorization') ?? '')?.[1]
    if (given === undefined) return false
    const of = digest(given)
    let found: Operator | false = false
    for (const [expected, operator] of known) if (timingSafeEqual(of, expected)) found = operator
    return found
  }
}

const digestOf = (name: string, token: SecretText): Buffer => {
  const text = reveal(token, {}, `operatorTokens ${name}.token`)
  if (text.length < SHORTEST)
    throw new TypeError(
      `operatorTokens ${name}.token: expected at least ${SHORTEST} characters, got ${text.length}`,
    )
  return digest(text)
}

// Digests are of one length, so that comparing them tells nothing of the token's.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

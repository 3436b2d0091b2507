import { Failure, type FailureOptions } from '@xconnector/core'

/** At which step of getting a token it failed. */
export type TokenStep = 'discovery' | 'token' | 'authorization' | 'store'

/** What is known of a token that was not to be had. Every text in it is redacted. */
export interface TokenFailedFacts {
  /** The issuer or the token endpoint, without a query. */
  readonly server: string
  readonly step: TokenStep
  /** The OAuth error code (RFC 6749, 5.2), such as `invalid_grant`. */
  readonly error?: string
  /** What the server said of it: at most 256 characters, redacted. */
  readonly description?: string
  /** The status of its answer. */
  readonly status?: number
  /** What went wrong where there was no such answer: `ECONNREFUSED`, `TIMED_OUT`, `NOT_AUTHORIZED`, … */
  readonly code?: string
}

/**
 * No token was to be had. `transient`: the server could not be reached, or asked for patience. `permanent`: it refused the
 * client, the grant or the scope, or nobody has authorized yet. Built from scratch: it carries no credential.
 */
export class TokenFailed
  extends Failure<'TokenFailed', 'transient' | 'permanent'>
  implements TokenFailedFacts
{
  readonly server: string
  readonly step: TokenStep
  declare readonly error?: string
  declare readonly description?: string
  declare readonly status?: number
  declare readonly code?: string

  constructor(
    kind: 'transient' | 'permanent',
    facts: TokenFailedFacts,
    options?: Pick<FailureOptions, 'retryAt'>,
  ) {
    super('TokenFailed', kind, `no token of ${facts.server}: ${said(facts)}`, options)
    this.server = facts.server
    this.step = facts.step
    if (facts.error !== undefined) this.error = facts.error
    if (facts.description !== undefined) this.description = facts.description
    if (facts.status !== undefined) this.status = facts.status
    if (facts.code !== undefined) this.code = facts.code
  }
}

const said = ({ step, error, description, status, code }: TokenFailedFacts): string => {
  const what = error ?? code ?? (status === undefined ? 'unknown' : 'refused')
  const answered = status === undefined ? '' : ` (answered with ${status})`
  return `${step} failed with ${what}${answered}${description === undefined ? '' : `: ${description}`}`
}

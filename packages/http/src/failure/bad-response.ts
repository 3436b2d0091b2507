import type { Issue } from '@xconnector/core'
import { HttpFailure, type Occurrence } from './http-failure.js'

/** What was wrong with an answer. */
export type Flaw =
  | 'redirect'
  | 'too-large'
  | 'encoding'
  | 'not-json'
  | 'unsafe-number'
  | 'too-deep'
  | 'undecodable'
  | 'digest'
  | 'length'
  | 'range'
  | 'foreign-link'
  | 'endless'
  | 'no-etag'

/**
 * An answer that cannot be used: a redirect (never followed), more bytes than allowed, an encoding that could not be
 * undone, no JSON, JSON with an integer that would have been rounded, nested too deep, or of another shape (`issues` say
 * where); a download of another digest or length than expected, or with another range than asked for; a page whose link leads
 * away from the base URL, or pages without end; no strong `ETag` where one was needed. Permanent: after a
 * 2xx the call has taken effect.
 */
export class BadResponse extends HttpFailure<'BadResponse', 'permanent'> {
  readonly flaw: Flaw
  readonly issues: readonly Issue[]

  constructor(occurrence: Occurrence<'permanent'>, flaw: Flaw, issues: readonly Issue[] = []) {
    super('BadResponse', occurrence)
    this.flaw = flaw
    this.issues = issues
  }
}

import type { Issue } from '@xconnector/core'
import { HttpFailure, type Occurrence } from './http-failure.js'

/** What was wrong with an answer. */
export type Flaw = 'redirect' | 'too-large' | 'encoding' | 'not-json' | 'undecodable'

/**
 * An answer that cannot be used: a redirect (never followed), more bytes than allowed, an encoding that could not be
 * undone, no JSON, or JSON of another shape (`issues` say where). Permanent: after a 2xx the call has taken effect.
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

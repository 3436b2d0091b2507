import type { PartialFailure } from '../failure/partial-failure.js'
import type { Joining } from '../plan/hop.js'
import type { Claimed } from '../ports/journal.js'
import type { Result } from '../result/result.js'
import { endings } from '../run/endings.js'
import { joined } from '../run/joined.js'

/** What a join's entry begins with: the replies that came, as one body, or `PartialFailure`. */
export const joinedBody = (joining: Joining, entry: Claimed): Result<PartialFailure, unknown> =>
  joined(joining.settle, entry.join!.expect, endings(entry.replies ?? {}), joining.optional, joining.each)

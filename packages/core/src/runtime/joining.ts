import type { PartialFailure } from '../failure/partial-failure.js'
import type { Joining } from '../plan/hop.js'
import type { Claimed } from '../ports/journal.js'
import type { Result } from '../result/result.js'
import { endings } from '../run/endings.js'
import { joined } from '../run/joined.js'

/** What a join's entry begins with: the replies that came, as one body, or `PartialFailure`. */
export const joinedBody = (joining: Joining, entry: Claimed): Result<PartialFailure, unknown> => {
  const { settle, optional, each, renamed } = joining
  const now = (name: string): string => renamed?.get(name) ?? name
  const names = entry.join!.expect.map(now)
  const came = new Map([...endings(entry.replies!)].map(([name, end]) => [now(name), end]))
  return joined(settle, names, came, optional, each)
}

import type { Facts } from '../facts.ts'
import type { Violation } from '../violation.ts'

/** The log of writes is to be cut back to 64 MiB; between two checkpoints it may be a little more. */
const WAL_LIMIT = 128 * 2 ** 20

/** The file is sound and was closed, nothing grew without bound, nobody fell by himself, and no good message was refused. */
export const ground = ({ evidence: { journal, violence, begun } }: Facts): readonly Violation[] => {
  const violations: Violation[] = []
  const say = (rule: string, says: string): void => void violations.push({ rule, says })
  if (journal.integrity !== 'ok') say('the file is sound', `integrity_check says: ${journal.integrity}`)
  if (!journal.clean) say('a graceful stop closes the journal', 'the journal was not closed')
  if (violence.walBytes > WAL_LIMIT)
    say('no file grows without bound', `the WAL had ${violence.walBytes} bytes`)
  for (const text of violence.fell) say('nobody ends by himself', text)
  for (const { m, refused } of begun)
    if (refused !== undefined)
      violations.push({ rule: 'no good message is refused', m, says: `${m} was answered with ${refused}` })
  return violations
}

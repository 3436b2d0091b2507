import type { Waiting } from '../flow/node.js'
import type { HopRef, Journal } from '../ports/journal.js'

const PAGE = 1000

/** The entries that wait at a hop, in the journal's order. */
export const waitingAt = async (journal: Journal, hop: HopRef): Promise<readonly Waiting[]> => {
  const all: Waiting[] = []
  let after = 0
  for (;;) {
    const found = await journal.admin.find({ ...hop, state: 'waiting', after, limit: PAGE })
    for (const { id, body } of found) all.push({ id, body: JSON.parse(body) as unknown })
    if (found.length < PAGE) return all
    after = found.at(-1)!.seq
  }
}

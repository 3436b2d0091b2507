import { checkMade } from '../message/check-made.js'
import type { Journal } from '../ports/journal.js'
import { rootOf } from './envelope.js'
import { placeName } from './split-place.js'
import { countersName, tallyName } from './tallies.js'

/**
 * Removes what is kept of splits, and of their runs, whose entries were ended without them: they will not go on. For whoever
 * discards by the journal's `admin`; `deadLetters.discard` does it by itself.
 */
export const forgetSplits = async (
  journal: Pick<Journal, 'read' | 'accept'>,
  ids: readonly string[],
): Promise<void> => {
  checkMade('forgetSplits: journal', 'a journal', journal, 'read', 'accept')
  if (!Array.isArray(ids)) throw new TypeError(`forgetSplits: ids: expected a list of ids, got ${typeof ids}`)
  for (let again = ids.length > 0; again;) {
    const found = { ...(await journal.read(ids.map(placeName))) }
    const roots = [...new Set(Object.keys(found).map((name) => rootOf(name.slice(placeName('').length))))]
    const lists = await journal.read(roots.map(countersName))
    const tallies = roots.flatMap((run) =>
      ((lists[countersName(run)]?.value ?? []) as readonly string[]).map((by) => tallyName(run, by)),
    )
    Object.assign(found, lists, await journal.read(tallies))
    const state = Object.entries(found).map(([name, { version }]) => ({
      name,
      expect: version,
      value: undefined,
    }))
    // Somebody else may have done it meanwhile.
    again = state.length > 0 && (await journal.accept([], { state })) === 'conflict'
  }
}

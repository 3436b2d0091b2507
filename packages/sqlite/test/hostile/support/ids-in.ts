import { DatabaseSync } from 'node:sqlite'
import { claim, hops, journalOn } from '../../support/journals.js'

/** Opens a journal that somebody left behind, as a runtime does, checks its pages, and gives the ids that wait in it. */
export const idsIn = async (file: string): Promise<readonly string[]> => {
  const journal = journalOn(file)
  await journal.open(hops)
  const reader = new DatabaseSync(file, { readOnly: true })
  const said = reader.prepare('PRAGMA integrity_check').all()
  reader.close()
  if (said[0]?.['integrity_check'] !== 'ok') throw new Error(`not whole: ${JSON.stringify(said)}`)
  const ids = (await claim(journal, 100_000)).map(({ id }) => id)
  await journal.close()
  return ids
}

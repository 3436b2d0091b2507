import { EMPTY_BOOK, readJournalBooks, type HopBook } from '@xconnector/example-kit/journal-books'
import { SYSTEMS, type SystemName } from '../shared/systems.ts'

/** What the journal's file says: of the hop that every message starts at, and of the hop of each system. */
export interface Books {
  readonly start: HopBook
  readonly systems: Readonly<Record<SystemName, HopBook>>
}

export const readBooks = (file: string): Books => {
  const hops = readJournalBooks(file)
  const bookOf = (is: (name: string) => boolean): HopBook =>
    hops.find(({ name }) => is(name))?.book ?? EMPTY_BOOK
  // A branch's hop has the branch's name, or a path below it.
  const isOf = (system: string, name: string): boolean => name.split('/')[0] === system
  return {
    start: bookOf((name) => !SYSTEMS.some((system) => isOf(system, name))),
    systems: Object.fromEntries(
      SYSTEMS.map((system) => [system, bookOf((name) => isOf(system, name))]),
    ) as Books['systems'],
  }
}

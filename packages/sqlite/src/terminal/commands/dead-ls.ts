import type { Letter } from '../../admin/letters.js'
import type { Command, Desk } from '../command.js'
import { noteUnknownFlow } from '../known-flow.js'
import { counted, instant, span } from '../spans.js'
import type { Column, Piece } from '../table.js'
import { filterOf, FILTERS, PAGE } from '../which.js'

/** A list of dead letters. */
export const deadLs: Command = {
  name: 'dead ls',
  takes: '[options]',
  says: 'the dead letters, in the order in which they got to their hops',
  options: {
    ...FILTERS,
    limit: { value: 'N', says: 'at most so many; default 100 on a terminal, else all' },
  },
  async run(given, desk) {
    const { screen, io } = desk
    const filter = filterOf(given, io.clock.now())
    if ('wrong' in filter) return { wrong: filter.wrong }
    const limit = limitOf(given.texts['limit'], screen.live)
    if (Number.isNaN(limit)) return { wrong: '--limit: expected a whole number above 0' }
    const journal = desk.journal()
    let shown = 0
    for (let after = 0; shown < limit && !screen.over;) {
      const page = await journal.letters({ ...filter, after, limit: Math.min(PAGE, limit - shown) })
      await show(desk, page, shown === 0)
      shown += page.length
      if (page.length < PAGE && shown < limit) break
      after = page.at(-1)?.seq ?? after
      if (page.length === 0) break
    }
    if (shown === 0) await noteUnknownFlow(desk, filter.flow)
    if (shown === 0 && !screen.json) screen.note('No dead letters.')
    else if (screen.live && shown === limit)
      screen.note(
        `The first ${counted(shown, 'dead letter')}. --limit shows more; --flow, --hop, --tag, --since choose.`,
      )
    return shown > 0 ? 'done' : 'nothing'
  },
}

const limitOf = (text: string | undefined, live: boolean): number => {
  if (text === undefined) return live ? 100 : Infinity
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : Number.NaN
}

/** A column, and what it shows of a letter. `wide`: only where there is room, for the id tells it too. */
interface Shown extends Column {
  readonly of: (letter: Letter, now: number, live: boolean) => Piece
  readonly wide?: true
}

// An id is never cut: it is what the next command is given.
const COLUMNS: readonly Shown[] = [
  { head: 'ID', of: ({ id }) => id },
  { head: 'FLOW', flexible: true, of: ({ flow }) => flow },
  { head: 'HOP', flexible: true, wide: true, of: ({ hop }) => hop },
  { head: 'TAG', flexible: true, of: ({ tag = '' }) => ({ style: 'red', text: tag }) },
  {
    head: 'DIED',
    align: 'right',
    of: ({ died }, now, live) => (live ? span(now - died) : instant(died)),
  },
  { head: 'ATTEMPTS', align: 'right', wide: true, of: ({ attempts }) => String(attempts) },
  { head: 'MESSAGE', flexible: true, of: ({ message = '' }) => message },
]

const WIDE = 110

const show = async ({ screen, io }: Desk, page: readonly Letter[], first: boolean): Promise<void> => {
  if (screen.json) {
    for (const letter of page) await screen.value(letter)
    return
  }
  const columns = screen.live && screen.width < WIDE ? COLUMNS.filter((c) => c.wide !== true) : COLUMNS
  const now = io.clock.now()
  const rows = page.map((letter) => columns.map((c) => c.of(letter, now, screen.live)))
  if (rows.length > 0) await screen.table(columns, rows, first)
}

import { type Duration, millis } from '@xconnector/core'
import type { Letter, LettersQuery } from '../admin/letters.js'
import type { SqliteAdmin } from '../admin/sqlite-admin.js'
import type { Given, Option } from './command.js'

/** Options that choose dead letters. */
export const FILTERS: Readonly<Record<string, Option>> = {
  flow: { value: 'F', says: 'only of this flow' },
  hop: { value: 'H', says: 'only of this hop' },
  tag: { value: 'T', says: 'only those that ended with a failure of this tag, such as RateLimited' },
  since: {
    value: '2h',
    says: 'only those that died so long ago or less, or since a time such as 2026-05-01T08:00Z',
  },
}

/** Which dead letters are meant: these, or all that fit. */
export type Which =
  | { readonly ids: readonly string[] }
  | { readonly all: Omit<LettersQuery, 'after' | 'limit'> }
  | { readonly wrong: string }

/** The filter of a command line; without any option it fits all. */
export const filterOf = (
  { texts }: Given,
  now: number,
): Omit<LettersQuery, 'after' | 'limit'> | { readonly wrong: string } => {
  const { flow, hop, tag, since } = texts
  const from = since === undefined ? undefined : sinceOf(since, now)
  if (from !== undefined && Number.isNaN(from))
    return {
      wrong: `--since: expected a length of time like 2h, or a time like 2026-05-01T08:00Z, got "${since}"`,
    }
  return {
    ...(flow !== undefined && { flow }),
    ...(hop !== undefined && { hop }),
    ...(tag !== undefined && { tag }),
    ...(from !== undefined && { since: from }),
  }
}

/** What ids and filters choose for a command that changes something: one of them, not both, and not nothing. */
export const whichOf = (given: Given, now: number): Which => {
  const filter = filterOf(given, now)
  if ('wrong' in filter) return { wrong: filter.wrong }
  const filters = Object.keys(filter).length
  const { rest: ids } = given
  if (ids.length > 0 && filters > 0) return { wrong: 'name ids, or options that choose them, not both' }
  if (ids.length > 0) return { ids: [...new Set(ids)] }
  if (filters > 0) return { all: filter }
  return { wrong: 'say which: the ids, or --flow, --hop, --tag, --since' }
}

/** Dead letters that are handled at once. */
export const PAGE = 500

/**
 * Pages of dead letters that fit, those that were there at the beginning: what dies again meanwhile would never end.
 */
export async function* pagesOf(
  journal: SqliteAdmin,
  filter: Omit<LettersQuery, 'after' | 'limit'>,
): AsyncGenerator<readonly Letter[]> {
  const { mark } = await journal.changes()
  for (let after = 0; ;) {
    const page = await journal.letters({ ...filter, after, limit: PAGE })
    const own = page.filter(({ seq }) => seq <= mark.seq)
    if (own.length > 0) yield own
    if (page.length < PAGE || own.length < page.length) return
    after = page.at(-1)!.seq
  }
}

/** Pages of ids, as they were named. */
export const pagesOfIds = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, i) => ids.slice(i * PAGE, (i + 1) * PAGE))

const sinceOf = (text: string, now: number): number => {
  if (/^\d{4}-\d\d/.test(text)) return Date.parse(text)
  try {
    return now - millis(text as Duration, '--since')
  } catch {
    return Number.NaN
  }
}

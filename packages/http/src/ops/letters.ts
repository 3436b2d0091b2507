import type { DeadLetterQuery } from '@xconnector/core'
import type { Fields } from './fields.js'

/** Which dead letters an act is about: these, or the next `limit` of a kind. */
export type Letters =
  | { readonly ids: readonly string[] }
  | { readonly query: DeadLetterQuery & { readonly limit: number } }

/** How many letters an act is about: where it does not say, and at most. */
export interface Share {
  readonly usual: number
  readonly most: number
}

/**
 * Reads `ids`, or `filter` with `limit` and `after`, of the body of an act, whose other members have been read.
 *
 * @throws FieldsWrong when anything of the body is wrong.
 */
export const lettersIn = (fields: Fields, { usual, most }: Share): Letters => {
  const ids = fields.texts('ids', most)
  const filter = fields.object('filter')
  const limit = fields.whole('limit', 1, most)
  const after = fields.whole('after', 0, Number.MAX_SAFE_INTEGER)
  const query = filter && queryIn(filter)
  if ((ids === undefined) === (filter === undefined))
    fields.wrong('ids', `expected either this, a list of 1 to ${most} ids, or filter`)
  // A filter of nothing is more often a mistake than meant.
  if (query !== undefined && Object.keys(query).length === 0)
    fields.wrong('filter', 'expected at least one of flow, hop and tag')
  if (ids !== undefined && (limit ?? after) !== undefined)
    fields.wrong('limit', 'belongs to a filter, as after does')
  fields.end(['filter', filter])
  return ids === undefined
    ? { query: { ...query, limit: limit ?? usual, ...(after !== undefined && { after }) } }
    : { ids }
}

/** The filter of a list. */
export const queryIn = (fields: Fields): DeadLetterQuery => {
  const flow = fields.text('flow')
  const hop = fields.text('hop')
  const tag = fields.text('tag')
  return {
    ...(flow !== undefined && { flow }),
    ...(hop !== undefined && { hop }),
    ...(tag !== undefined && { tag }),
  }
}

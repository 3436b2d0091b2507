import { failureToJson } from '../failure/to-json.js'
import type { Sending } from './emit.js'
import { rootOf } from './envelope.js'
import type { Trial } from './judge.js'
import type { Tally } from './tallies.js'

/** What an item of a batch run counts as, where a commit ends it. A function that throws counts nothing. */
export const tallyOf = (t: Trial, { last }: Sending): { readonly tally?: Tally } => {
  if (last === undefined) return {}
  try {
    const what: unknown = last.outcome(last.body, t.ctx)
    if (what === 'created' || what === 'updated') return { tally: { run: rootOf(t.origin.entry.id), what } }
    if (what !== 'unchanged')
      throw new TypeError(`expected 'created', 'updated' or 'unchanged', got ${JSON.stringify(what)}`)
  } catch (thrown) {
    t.ctx.log.warn('outcome of a batch run: the item counts as unchanged', { error: failureToJson(thrown) })
  }
  return {}
}

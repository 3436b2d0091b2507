import { forgetSplits } from '@xconnector/core'
import { barOf } from '../bar.js'
import type { Command, Desk, Outcome } from '../command.js'
import { confirmed } from '../confirm.js'
import { keepAct } from '../keep-act.js'
import { noteUnknownFlow } from '../known-flow.js'
import { counted } from '../spans.js'
import { FILTERS, pagesOf, pagesOfIds, type Which, whichOf } from '../which.js'

/** Ends dead letters for good. */
export const deadDiscard: Command = {
  name: 'dead discard',
  takes: 'ID… | options --why TEXT',
  says: 'ends dead letters for good, counted as discarded',
  options: {
    ...FILTERS,
    why: {
      value: 'TEXT',
      says: 'the reason, kept and shown by status; it must be given where options choose them',
    },
    yes: { says: 'do not ask' },
  },
  async run(given, desk) {
    const which = whichOf(given, desk.io.clock.now())
    if ('wrong' in which) return { wrong: `dead discard: ${which.wrong}` }
    const why = given.texts['why']?.trim() ?? ''
    if ('all' in which && why === '') return { wrong: 'dead discard: say why: --why TEXT' }
    const n = 'ids' in which ? which.ids.length : await countOf(desk, which)
    if (n === 0) {
      await noteUnknownFlow(desk, given.texts['flow'])
      desk.screen.note('No dead letters.')
      return 'nothing'
    }
    if (n > 1 && !given.flags.has('yes')) {
      const sure = await confirmed(desk, `Discard ${counted(n, 'dead letter')} for good?`)
      if (sure === 'unasked')
        return { wrong: `dead discard: ${counted(n, 'dead letter')}: add --yes to discard them` }
      if (sure === 'no') return 'nothing'
    }
    return discard(desk, which, why, n)
  },
}

const discard = async (desk: Desk, which: Which, why: string, total: number): Promise<Outcome> => {
  const { screen, io } = desk
  const journal = desk.journal()
  const bar = barOf(desk, 'discard', total)
  const gone: string[] = []
  let missed = 0
  try {
    for await (const ids of idsOf(desk, which)) {
      if (io.signal.aborted) break
      // That word has a meaning of its own in the books.
      const done = await journal.discardDead(ids, why === '' || why === 'replayed' ? 'discarded' : why)
      await forgetSplits(
        journal,
        ids.filter((_, i) => done[i] === true),
      )
      for (const [i, id] of ids.entries()) {
        if (done[i] === true) gone.push(id)
        else missed++
        if (screen.json) await screen.value({ id, as: done[i] === true ? 'discarded' : 'absent' })
        else if (done[i] !== true && 'ids' in which) screen.note(`There is no dead letter ${id}.`)
      }
      bar.add(ids.length)
    }
  } finally {
    await bar.stop()
    await keepAct(desk, { did: 'discard', n: gone.length, ids: gone, ...(why !== '' && { why }) })
    if (!screen.json && gone.length > 0)
      await screen.line(`${counted(gone.length, 'dead letter')} discarded.`)
  }
  return gone.length === 0 || ('ids' in which && missed > 0) || io.signal.aborted ? 'nothing' : 'done'
}

const idsOf = async function* (desk: Desk, which: Which): AsyncGenerator<readonly string[]> {
  if ('ids' in which) yield* pagesOfIds(which.ids)
  else if ('all' in which)
    for await (const page of pagesOf(desk.journal(), which.all)) yield page.map(({ id }) => id)
}

const countOf = async (desk: Desk, which: Which): Promise<number> => {
  let n = 0
  for await (const ids of idsOf(desk, which)) n += ids.length
  return n
}

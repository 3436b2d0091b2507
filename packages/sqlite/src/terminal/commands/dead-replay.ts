import { type Replayed, replayHops, replayWhole } from '../replaying.js'
import { barOf } from '../bar.js'
import type { Command, Desk, Outcome } from '../command.js'
import { keepAct } from '../keep-act.js'
import { noteUnknownFlow } from '../known-flow.js'
import { counted } from '../spans.js'
import type { Column } from '../table.js'
import { FILTERS, pagesOf, pagesOfIds, type Which, whichOf } from '../which.js'

/** Sends dead letters again. */
export const deadReplay: Command = {
  name: 'dead replay',
  takes: 'ID… | options',
  says: 'sends dead letters again: the hop that failed, with its key',
  options: {
    ...FILTERS,
    whole: { says: 'the whole message instead, anew, from what came in; the running service does that' },
    'dry-run': { says: 'lists what would be sent again; ops shows the calls themselves' },
  },
  async run(given, desk) {
    const which = whichOf(given, desk.io.clock.now())
    if ('wrong' in which) return { wrong: `dead replay: ${which.wrong}` }
    const done = given.flags.has('dry-run')
      ? await dryRun(desk, which)
      : await replay(desk, which, given.flags.has('whole'))
    if (done === 'nothing') await noteUnknownFlow(desk, given.texts['flow'])
    return done
  },
}

const replay = async (desk: Desk, which: Which, whole: boolean): Promise<Outcome> => {
  const { screen, io } = desk
  const tally = new Map<Replayed['as'], number>()
  const bar = barOf(desk, 'replay', 'ids' in which ? which.ids.length : undefined)
  const began = new Set<string>()
  const sentIds: string[] = []
  try {
    for await (const ids of idsOf(desk, which)) {
      if (io.signal.aborted) break
      const done = whole ? await replayWhole(desk, ids) : await replayHops(desk, ids)
      for (const one of done) {
        tally.set(one.as, (tally.get(one.as) ?? 0) + 1)
        if (one.as !== 'absent') sentIds.push(one.id)
        if (one.root !== undefined) began.add(one.root)
        if (screen.json) await screen.value(one)
        else if ('ids' in which && one.as === 'absent') screen.note(`There is no dead letter ${one.id}.`)
      }
      bar.add(ids.length)
    }
  } finally {
    await bar.stop()
    await keepAct(desk, { did: whole ? 'replay-message' : 'replay', n: sentIds.length, ids: sentIds })
    // Before an error is told: what was done is done.
    if (!screen.json && tally.size > 0) await summary(desk, tally, began.size)
  }
  if (tally.size === 0) screen.note('Nothing was sent again.')
  const missed = 'ids' in which && (tally.get('absent') ?? 0) > 0
  return sentIds.length === 0 || missed || io.signal.aborted ? 'nothing' : 'done'
}

const idsOf = async function* (desk: Desk, which: Which): AsyncGenerator<readonly string[]> {
  if ('ids' in which) yield* pagesOfIds(which.ids)
  else if ('all' in which)
    for await (const page of pagesOf(desk.journal(), which.all)) yield page.map(({ id }) => id)
}

const summary = async (
  { screen }: Desk,
  tally: ReadonlyMap<Replayed['as'], number>,
  roots: number,
): Promise<void> => {
  const n = (as: Replayed['as']): number => tally.get(as) ?? 0
  const sent = n('replayed') + n('reopened') + n('late')
  if (sent === 0 && n('queued') === 0) screen.note('Nothing was sent again.')
  if (n('queued') > 0)
    await screen.line(
      `${counted(n('queued'), 'dead letter')} queued: no service runs; the next one that starts sends the messages anew.`,
    )
  if (sent === 0) return
  await screen.line(
    { style: 'green', text: `${counted(sent, 'dead letter')} sent again` },
    roots > 0 ? `, as ${counted(roots, 'new message')}.` : '.',
  )
  if (n('reopened') > 0) await screen.line(`${counted(n('reopened'), 'join')} wait for them again.`)
  if (n('late') > 0)
    await screen.line(`${counted(n('late'), 'join')} went on without them; they run all the same.`)
}

const COLUMNS: readonly Column[] = [
  { head: 'ID' },
  { head: 'FLOW', flexible: true },
  { head: 'HOP', flexible: true },
  { head: 'TAG', flexible: true },
  { head: 'KEY', flexible: true },
  { head: 'BYTES', align: 'right' },
]

const dryRun = async (desk: Desk, which: Which): Promise<Outcome> => {
  const { screen } = desk
  const journal = desk.journal()
  let n = 0
  let missed = false
  const show = async (letters: readonly { readonly id: string }[]): Promise<void> => {
    const rows: readonly Line[] = letters as readonly Line[]
    if (screen.json)
      for (const { id, flow, hop, tag, key, bytes } of rows)
        await screen.value({ id, flow, hop, tag, key, bytes })
    else if (rows.length > 0)
      await screen.table(
        COLUMNS,
        rows.map((l) => [l.id, l.flow, l.hop, l.tag ?? '', l.key ?? '', String(l.bytes)]),
        n === 0,
      )
    n += rows.length
  }
  if ('ids' in which) {
    for (const ids of pagesOfIds(which.ids)) {
      const letters = await journal.lettersById(ids)
      const known = new Set(letters.map(({ id }) => id))
      for (const id of ids) if (!known.has(id)) screen.note(`There is no dead letter ${id}.`)
      missed ||= known.size < ids.length
      await show(letters)
    }
  } else if ('all' in which) for await (const page of pagesOf(journal, which.all)) await show(page)
  if (!screen.json)
    screen.note(
      `${counted(n, 'dead letter')} would be sent again. Nothing was done; ops shows the calls themselves.`,
    )
  return n === 0 || missed ? 'nothing' : 'done'
}

interface Line {
  readonly id: string
  readonly flow: string
  readonly hop: string
  readonly tag?: string
  readonly key?: string
  readonly bytes: number
}

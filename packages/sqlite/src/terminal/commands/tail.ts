import type { Count } from '@xconnector/core'
import { type Change, MOST, moved } from '../../admin/changes.js'
import type { Command, Desk } from '../command.js'
import { noteUnknownFlow } from '../known-flow.js'
import { amount, instant, span } from '../spans.js'
import type { Piece } from '../table.js'

const EVERY_MS = 500

/** What happens, as it happens. */
export const tail: Command = {
  name: 'tail',
  takes: '[--flow F]',
  says: 'follows new entries, retries, deaths and what is done; ends with Ctrl-C',
  options: { flow: { value: 'F', says: 'only of this flow' } },
  async run({ texts }, desk) {
    const { io } = desk
    const { flow } = texts
    const own = (one: { readonly flow: string }): boolean => flow === undefined || one.flow === flow
    const journal = desk.journal()
    await noteUnknownFlow(desk, flow)
    let { mark } = await journal.changes()
    let counts = await journal.admin.counts()
    if (desk.screen.live) desk.screen.note('Waiting for what happens. Ctrl-C ends it.')
    while (!desk.screen.over) {
      // Between two looks nothing of the file is held: a service that stops meanwhile cleans up as if nobody was there.
      journal.rest()
      await io.clock.sleep(EVERY_MS, io.signal).catch(() => {})
      if (desk.screen.over) break
      const seen = await journal.changes(mark)
      const now = await journal.admin.counts()
      mark = seen.mark
      for (const change of seen.changes) if (own(change)) await tell(desk, change)
      if (MANY.some((what) => seen.changes.filter((c) => c.what === what).length >= MOST))
        desk.screen.note(`More came at once than is told: of each kind the latest ${MOST}, and the counts.`)
      for (const count of moved(counts, now)) if (own(count)) await tellCount(desk, count)
      counts = now
    }
    return 'done'
  },
}

const MANY = ['new', 'retry', 'dead'] as const
const STYLES = { new: 'cyan', retry: 'yellow', dead: 'red' } as const

const tell = async ({ screen, io }: Desk, change: Change): Promise<void> => {
  const { what, seq: _, ...rest } = change
  if (screen.json) return screen.value({ what, ...rest })
  const { flow, hop, id, at, attempts, tag, key } = change
  const due = what === 'retry' ? [`again in ${span(at - io.clock.now())}`] : []
  const after = what === 'new' ? [] : [`attempt ${amount(attempts)}`, ...(tag === undefined ? [] : [tag])]
  const about = [...after, ...due, ...(key === undefined ? [] : [`key ${key}`])].join(', ')
  await line(screen, what === 'retry' ? io.clock.now() : at, { style: STYLES[what], text: what }, [
    `${flow}/${hop}`,
    id,
    about,
  ])
}

const tellCount = async ({ screen, io }: Desk, { flow, hop, what, n }: Count): Promise<void> => {
  if (what === 'in' || what === 'dead' || what === 'waiting') return
  const at = io.clock.now()
  if (screen.json) return screen.value({ what: 'done', flow, hop, why: what, n, at })
  await line(screen, at, { style: 'green', text: 'done' }, [`${flow}/${hop}`, `${amount(n)} ${what}`])
}

const line = (
  screen: Desk['screen'],
  at: number,
  what: Exclude<Piece, string>,
  texts: readonly string[],
): Promise<void> =>
  screen.line(
    { style: 'dim', text: instant(at) },
    '  ',
    { ...what, text: what.text.padEnd(5) },
    ...texts.filter((text) => text !== '').map((text) => `  ${text}`),
  )

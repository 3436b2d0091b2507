import { type Act, controlledName, statusOf, type HopStatus, type Status } from '@xconnector/core/operate'
import type { JournalFile } from '../../admin/sqlite-admin.js'
import type { Command, Desk } from '../command.js'
import { amount, bytes, counted, instant, span } from '../spans.js'
import type { Column, Piece } from '../table.js'

/** How everything stands. */
export const status: Command = {
  name: 'status',
  takes: '',
  says: 'flows and hops with what waits, is in flight and is dead; what is parked or paused, and why; who did what',
  options: {},
  async run(_, desk) {
    const journal = desk.journal()
    const held = await journal.inHand()
    const inFlight = new Map(held?.map(({ flow, hop, n }) => [`${flow}\n${hop}`, n]))
    const now = desk.io.clock.now()
    const stands = await statusOf(journal, {
      now,
      inFlight: ({ flow, hop }) => (held === undefined ? undefined : (inFlight.get(`${flow}\n${hop}`) ?? 0)),
    })
    const about = await journal.about()
    if (desk.screen.json) await desk.screen.value({ journal: about, ...stands })
    else {
      await head(desk, about)
      await hops(desk, stands)
      await remarks(desk, stands)
      if (held === undefined)
        desk.screen.note({
          style: 'yellow',
          text: 'What is in flight is not known: the service does not answer, or you may not write to the journal.',
        })
    }
    return 'done'
  },
}

const OWNERS = {
  one: 'owned by a running service',
  many: 'shared by running services',
  nobody: 'no service runs',
  unknown: 'whether a service runs cannot be seen by this user',
}

const head = async ({ screen }: Desk, about: JournalFile): Promise<void> => {
  const log = about.logBytes === 0 ? '' : `, log ${bytes(about.logBytes)}`
  const other = about.mayAct ? '' : ', of another build: look, but do not touch'
  await screen.line(
    { style: 'bold', text: about.file },
    `  ${bytes(about.bytes)}${log}  schema ${about.schema}${other}  ${OWNERS[about.owner]}`,
  )
}

const COLUMNS: readonly Column[] = [
  { head: 'FLOW', flexible: true },
  { head: 'HOP', flexible: true },
  { head: 'WAITING', align: 'right' },
  { head: 'IN FLIGHT', align: 'right' },
  { head: 'DEAD', align: 'right' },
  { head: 'DONE', align: 'right' },
  { head: 'OLDEST', align: 'right' },
  { head: '', flexible: true },
]

const hops = async ({ screen }: Desk, stands: Status): Promise<void> => {
  const rows = stands.flows.flatMap((flow) =>
    flow.hops.map((hop, i) => row(stands, hop, screen.live, i === 0 || !screen.live)),
  )
  const orphans = stands.orphans.map((hop) => row(stands, hop, screen.live, true, 'not deployed'))
  if (rows.length + orphans.length === 0) await screen.line('No flow has been started on it yet.')
  else await screen.table(COLUMNS, [...rows, ...orphans])
}

const row = (
  stands: Status,
  hop: HopStatus,
  live: boolean,
  named: boolean,
  orphan?: string,
): readonly Piece[] => {
  const n = (value: number): string => (live ? amount(value) : String(value))
  const done = Object.values(hop.done).reduce((sum, value) => sum + value, 0)
  const oldest = hop.oldest === undefined ? '' : live ? span(stands.at - hop.oldest) : instant(hop.oldest)
  return [
    named ? { style: 'bold', text: hop.flow } : '',
    hop.hop,
    n(hop.waiting),
    hop.inFlight === undefined ? '?' : n(hop.inFlight),
    hop.dead > 0 ? { style: 'red', text: n(hop.dead) } : n(hop.dead),
    n(done),
    oldest,
    { style: 'yellow', text: orphan ?? troubleOf(stands, hop) },
  ]
}

const troubleOf = (stands: Status, hop: HopStatus): string => {
  const to = stands.destinations.find(({ destination }) => destination === hop.destination)
  return [
    ...(hop.paused ? ['paused'] : []),
    ...(to === undefined || to.state === 'open' ? [] : [`${to.destination} ${to.state}`]),
  ].join(', ')
}

const WHY = { asked: 'it asked for that', failing: 'calls to it failed' }

const remarks = async ({ screen }: Desk, stands: Status): Promise<void> => {
  const time = (at: number, way: 'ago' | 'more'): string =>
    screen.live ? `${span(way === 'ago' ? stands.at - at : at - stands.at)} ${way}` : instant(at)
  for (const { destination, state, until, why } of stands.destinations) {
    if (state !== 'parked') continue
    const because = why === undefined ? '' : `: ${WHY[why]}`
    const left = until === undefined ? '' : `  ${time(until, 'more')}`
    await screen.line({ style: 'yellow', text: 'parked' }, `  destination ${destination}${left}${because}`)
  }
  for (const { what, since, by, why } of stands.paused) {
    const who = by === undefined ? '' : ` by ${by}`
    const because = why === undefined ? '' : `: ${why}`
    await screen.line(
      { style: 'yellow', text: 'paused' },
      `  ${controlledName(what)}  ${time(since, 'ago')}${who}${because}`,
    )
  }
  for (const act of stands.acts.slice(0, LATELY)) {
    const because = act.why === undefined ? '' : `: ${act.why}`
    await screen.line(
      { style: 'dim', text: 'lately' },
      `  ${time(act.at, 'ago')}  ${act.by ?? 'somebody'} ${doing(act)}${because}`,
    )
  }
}

/** Acts that are shown; `--json` has more. */
const LATELY = 3

const DID: Readonly<Record<string, string>> = {
  replay: 'sent again',
  'replay-message': 'sent anew the messages of',
  discard: 'discarded',
  erase: 'erased a key:',
  pause: 'paused',
  resume: 'resumed',
}

const doing = ({ did, what, n, ids = [] }: Act): string => {
  const of = what === undefined ? '' : ` ${controlledName(what)}`
  const many = did === 'erase' ? counted(n ?? 0, 'entry', 'entries') : counted(n ?? 0, 'dead letter')
  const one = n === 1 && ids[0] !== undefined ? ` ${ids[0]}` : ''
  return `${DID[did] ?? did}${of}${n === undefined ? '' : ` ${many}${one}`}`
}

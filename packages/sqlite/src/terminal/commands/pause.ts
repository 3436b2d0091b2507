import {
  changeControl,
  type Control,
  type Controlled,
  controlledName,
  type FlowStatus,
  type Pause,
  readControl,
  CONTROL,
  type Status,
  statusOf,
  withoutPause,
  withPause,
} from '@xconnector/core/operate'
import type { Command, Desk, Outcome } from '../command.js'
import { asCalledNow } from '../as-called-now.js'
import { keepAct } from '../keep-act.js'
import { span } from '../spans.js'

const TAKES = 'flow F | hop F/H | intake F | destination D'

/** Holds a flow, a hop, an intake or a destination. */
export const pause: Command = {
  name: 'pause',
  takes: TAKES,
  says: 'holds one of these; nothing is lost, no attempt is spent, and it lasts over restarts',
  options: { why: { value: 'TEXT', says: 'the reason, shown by status' } },
  async run({ rest, texts }, desk) {
    const named = controlledOf(rest)
    if ('wrong' in named) return { wrong: `pause: ${named.wrong}` }
    const { io, screen } = desk
    const journal = desk.journal()
    const now = await asCalledNow(journal, named)
    const what = now(named)
    const unknown = strange(what, await statusOf(journal, { now: io.clock.now() }))
    if (unknown !== undefined) return refuse(desk, unknown)
    const why = texts['why']?.trim() ?? ''
    const since = io.clock.now()
    let before = false
    await changeControl(journal, (control) => {
      before = pausesOf(control, what, now).length > 0
      return before ? control : withPause(control, { what, since, by: io.who, ...(why !== '' && { why }) })
    })
    if (!before) await keepAct(desk, { did: 'pause', what, ...(why !== '' && { why }) })
    if (screen.json) await screen.value({ what, as: before ? 'paused-already' : 'paused' })
    else
      await screen.line(
        `${controlledName(what)} is ${before ? 'paused already' : 'paused'}. ${await from(desk)}`,
      )
    return 'done'
  },
}

/** Lets go what is held. */
export const resume: Command = {
  name: 'resume',
  takes: TAKES,
  says: 'lets one of these go on that was paused',
  options: {},
  async run({ rest }, desk) {
    const what = controlledOf(rest)
    if ('wrong' in what) return { wrong: `resume: ${what.wrong}` }
    const { io, screen } = desk
    const journal = desk.journal()
    const now = await asCalledNow(journal, what)
    const [held] = pausesOf(readControl((await journal.read([CONTROL]))[CONTROL]?.value), what, now)
    if (held === undefined) return refuse(desk, `${controlledName(what)} is not paused.`)
    await changeControl(journal, (control) =>
      pausesOf(control, what, now).reduce((c, p) => withoutPause(c, p.what, io.clock.now()), control),
    )
    await keepAct(desk, { did: 'resume', what })
    if (screen.json) await screen.value({ what, as: 'resumed', since: held.since })
    else
      await screen.line(
        `${controlledName(what)} goes on after ${span(io.clock.now() - held.since)}. ${await from(desk)}`,
      )
    return 'done'
  },
}

/** The pauses of exactly this; a hop may have been called otherwise then. */
const pausesOf = (
  { paused }: Control,
  what: Controlled,
  now: (what: Controlled) => Controlled,
): readonly Pause[] => paused.filter((p) => controlledName(now(p.what)) === controlledName(now(what)))

const from = async (desk: Desk): Promise<string> =>
  (await desk.journal().about()).owner === 'nobody'
    ? 'No service runs; the next one that starts knows.'
    : 'The service knows within a second.'

const refuse = async ({ screen }: Desk, text: string): Promise<Outcome> => {
  screen.note(text)
  return 'nothing'
}

const controlledOf = (rest: readonly string[]): Controlled | { readonly wrong: string } => {
  const [kind, name = '', ...more] = rest
  if (name === '' || more.length > 0) return { wrong: `say what: ${TAKES}` }
  switch (kind) {
    case 'flow':
      return { flow: name }
    case 'intake':
      return { intake: name }
    case 'destination':
      return { destination: name }
    case 'hop': {
      // A flow's name has no "/", a hop's may have some.
      const cut = name.indexOf('/')
      if (cut < 1 || cut === name.length - 1) return { wrong: 'a hop is named FLOW/HOP' }
      return { flow: name.slice(0, cut), hop: name.slice(cut + 1) }
    }
    default:
      return { wrong: `say what: ${TAKES}` }
  }
}

/** Why something cannot be paused: a slip of the pen would hold nothing, and nobody would know. */
const strange = (what: Controlled, { flows, destinations }: Status): string | undefined => {
  const names = (all: readonly string[]): string =>
    all.length === 0 ? 'there are none yet' : `there are ${all.join(', ')}`
  if ('destination' in what) {
    const known = destinations.map((d) => d.destination)
    return known.includes(what.destination)
      ? undefined
      : `There is no destination ${what.destination}; ${names(known)}.`
  }
  const name = 'intake' in what ? what.intake : what.flow
  const flow = flows.find((f: FlowStatus) => f.flow === name)
  if (flow === undefined) return `There is no flow ${name}; ${names(flows.map((f) => f.flow))}.`
  if ('intake' in what && flow.source === undefined)
    return `The flow ${name} has no intake: nothing but calls and other flows feed it.`
  const hop = 'flow' in what ? what.hop : undefined
  const hops = flow.hops.map((h) => h.hop)
  return hop === undefined || hops.includes(hop)
    ? undefined
    : `The flow ${name} has no hop ${hop}; ${names(hops)}.`
}

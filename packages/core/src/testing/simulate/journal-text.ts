import type { Claimed, Judged, NewEntry, Settlement, StateMove } from '../../ports/journal.js'
import { aboutText, shortened } from '../interleave-about.js'

/** A call of the journal as a reader wants it: which entries, what became of them; `undefined` where nothing happened. */
export const journalText = (what: string, about: unknown): string | undefined => {
  const [process = '', call = '', ...rest] = what.split(' ')
  if (rest.length > 0) return `${what} ${shortened(aboutText(about))}`
  switch (call) {
    case 'accept':
      return accepted(process, about as readonly (NewEntry | StateMove)[])
    case 'claim':
      return claimed(process, (about as { readonly entries: readonly Claimed[] }).entries)
    case 'commit':
      return committed(process, about as Committed)
    case 'mark':
      return `${process} marks ${String(about)}`
    case 'open':
    case 'close':
      return `${process} ${call}s it`
    case 'replay':
      return `${process} replays ${(about as readonly string[]).join(', ')}`
    default:
      return undefined
  }
}

const accepted = (process: string, about: readonly (NewEntry | StateMove)[]): string | undefined => {
  const entries = about.filter((a): a is NewEntry => 'hop' in a)
  const moves = about.filter((a): a is StateMove => 'expect' in a && !isHouseKeeping(a.name))
  if (entries.length + moves.length === 0) return undefined
  const with_ = moves.length === 0 ? '' : ` with ${moves.map((m) => m.name).join(', ')}`
  return `${process} stores ${entries.map((e) => e.id).join(', ') || 'nothing'}${with_}`
}

const isHouseKeeping = (name: string): boolean => /^(flow|lease|flows|destination)(:|$)/.test(name)

const claimed = (process: string, entries: readonly Claimed[]): string | undefined =>
  entries.length === 0 ? undefined : `${process} leases ${entries.map((e) => e.id).join(', ')}`

interface Committed {
  readonly batch: readonly Settlement[]
  readonly judged: readonly Judged[]
}

const committed = (process: string, { batch, judged }: Committed): string =>
  `${process} commits ${batch.map((s, i) => settled(s, judged[i])).join('; ')}`

const settled = (s: Settlement, judged: Judged | undefined): string => {
  if (judged !== undefined && judged !== 'ok')
    return `${s.lease.id}: ${judged.toUpperCase()}, not ${outcome(s)}`

  const emitted = (s.emit ?? []).map((e) => e.id)
  const to = emitted.length === 0 ? '' : ` ⇒ ${emitted.join(', ')}`
  const moves = (s.state ?? []).map((m) => m.name)
  const state = moves.length === 0 ? '' : ` with ${moves.join(', ')}`
  return `${s.lease.id} ${outcome(s)}${to}${state}`
}

const outcome = (s: Settlement): string => {
  switch (s.as) {
    case 'done':
      return s.why
    case 'back':
      return 'goes back'
    case 'dead':
      return `DEAD: ${tagOf(s.error)}`
    case 'again':
      return s.spend ? `again: ${tagOf(s.error)}` : 'again, nothing spent'
  }
}

const tagOf = (error: unknown): string => {
  const tag = (error as { readonly _tag?: unknown } | null | undefined)?._tag
  return typeof tag === 'string' ? tag : 'no failure'
}

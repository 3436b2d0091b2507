import type { Json } from '../message/json.js'
import type { HopRef, Journal } from '../ports/journal.js'
import { brief } from './brief.js'
import { controlledName, controlledOf, type Controlled, type Pause } from './controlled.js'

/** The name of the journal's state that says what is paused. */
export const CONTROL = 'control'

/** What is paused on a journal. A value: each change makes another. */
export interface Control {
  readonly paused: readonly Pause[]
  /** Epoch milliseconds up to which `spent` is counted. */
  readonly upTo: number
  /** How many milliseconds flows and hops have been paused, by `controlledName`. A hop's leave out those of its flow. */
  readonly spent: Readonly<Record<string, number>>
  /** What another version wrote, and this one does not understand: kept as it is. */
  readonly others: readonly Json[]
}

const NOTHING: Control = { paused: [], upTo: 0, spent: {}, others: [] }

/** The control as it is stored; whatever this version does not understand does no harm. `undefined`: nothing is paused. */
export const readControl = (value: Json | undefined): Control => {
  if (!isObject(value)) return NOTHING
  const rows = Array.isArray(value['paused']) ? (value['paused'] as readonly Json[]) : []
  const read = rows.map(pauseOf)
  const spent = isObject(value['spent']) ? Object.entries(value['spent']) : []
  return {
    paused: read.filter((p) => p !== undefined),
    upTo: isTime(value['upTo']) ? value['upTo'] : 0,
    spent: Object.fromEntries(spent.filter((one): one is [string, number] => isTime(one[1]))),
    others: rows.filter((_, i) => read[i] === undefined),
  }
}

/** The control as JSON. */
export const controlJson = ({ paused, upTo, spent, others }: Control): Json => ({
  paused: [...paused.map((p): Json => ({ ...p, what: { ...p.what } })), ...others],
  upTo,
  spent,
})

/**
 * With something paused, from `pause.since` on. The same control, when it was paused already. Reasons and names are cut at 500
 * characters.
 */
export const withPause = (control: Control, pause: Pause): Control =>
  pauseIn(control, pause.what) === undefined
    ? { ...counted(control, pause.since), paused: [...control.paused, shortly(pause)] }
    : control

const shortly = (pause: Pause): Pause => ({
  ...pause,
  ...(pause.by !== undefined && { by: brief(pause.by) }),
  ...(pause.why !== undefined && { why: brief(pause.why) }),
})

/** With something not paused any more, from `now` on. The same control, when it was not paused. */
export const withoutPause = (control: Control, what: Controlled, now: number): Control => {
  const gone = pauseIn(control, what)
  if (gone === undefined) return control
  return { ...counted(control, now), paused: control.paused.filter((p) => p !== gone) }
}

/** The pause of exactly this, if there is one. */
export const pauseIn = (control: Control, what: Controlled): Pause | undefined => {
  const name = controlledName(what)
  return control.paused.find((p) => controlledName(p.what) === name)
}

/**
 * How many milliseconds a hop has been paused up to now, by its own name or its flow's, over its whole life. `formerly`: names
 * that it had.
 */
export const pausedMs = (
  control: Control,
  { flow, hop }: HopRef,
  now: number,
  formerly: readonly string[] = [],
): number => {
  const { spent } = counted(control, now)
  const names = [
    controlledName({ flow }),
    ...[hop, ...formerly].map((name) => controlledName({ flow, hop: name })),
  ]
  return names.reduce((ms, name) => ms + (spent[name] ?? 0), 0)
}

/**
 * Changes what is paused, on the journal, as often as others change it at the same time. Gives what is stored then. A change
 * that gives the same control writes nothing.
 */
export const changeControl = async (
  journal: Pick<Journal, 'read' | 'accept'>,
  change: (control: Control) => Control,
): Promise<Control> => (await movedControl(journal, change)).control

/** The same, with the version that is stored then; 0 for nothing. */
export const movedControl = async (
  journal: Pick<Journal, 'read' | 'accept'>,
  change: (control: Control) => Control,
): Promise<{ readonly control: Control; readonly version: number }> => {
  for (;;) {
    const stored = (await journal.read([CONTROL]))[CONTROL]
    const version = stored?.version ?? 0
    const before = readControl(stored?.value)
    const control = change(before)
    if (control === before) return { control, version }
    const move = { name: CONTROL, expect: version, value: controlJson(control) }
    if ((await journal.accept([], { state: [move] })) !== 'conflict') return { control, version: version + 1 }
  }
}

/** The same, with the time of what is paused counted up to now. */
const counted = (control: Control, now: number): Control => {
  const { paused, upTo } = control
  if (now <= upTo) return control
  const spent = { ...control.spent }
  for (const { what, since } of paused) {
    if (!('flow' in what)) continue
    // A hop of a paused flow is paused once.
    const within = what.hop !== undefined && pauseIn(control, { flow: what.flow }) !== undefined
    const ms = now - Math.max(since, upTo)
    const name = controlledName(what)
    if (!within && ms > 0) spent[name] = (spent[name] ?? 0) + ms
  }
  return { ...control, spent, upTo: now }
}

const pauseOf = (row: Json): Pause | undefined => {
  if (!isObject(row) || !isTime(row['since'])) return undefined
  const what = controlledOf(row['what'])
  if (what === undefined) return undefined
  const { since, by, why } = row
  return {
    what,
    since,
    ...(typeof by === 'string' && { by }),
    ...(typeof why === 'string' && { why }),
  }
}

const isObject = (json: Json | undefined): json is { readonly [k: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const isTime = (json: Json | undefined): json is number =>
  typeof json === 'number' && Number.isFinite(json) && json >= 0

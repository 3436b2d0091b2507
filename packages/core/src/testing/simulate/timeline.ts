import { aboutText, MessageNames, shortened } from '../interleave-about.js'
import { journalText } from './journal-text.js'
import { MARK } from './process.js'
import type { Run } from './run-seed.js'
import type { Told } from './story.js'

/** Rows that are shown: the last ones. */
const ROWS = 80

interface Column {
  readonly name: string
  readonly width: number
}

/** The story of a run as a table: who did what, when; faults are marked, and the broken law comes last. */
export const timeline = (run: Run): { readonly lines: readonly string[]; readonly names: MessageNames } => {
  const names = namesOf(run)
  const { story, ledger, broken } = run
  const columns: readonly Column[] = [
    { name: 'sender', width: 24 },
    ...Array.from({ length: ledger.processes }, (_, i) => ({ name: `p${i + 1}`, width: 22 })),
    { name: 'journal', width: 40 },
    { name: 'remotes', width: 26 },
  ]
  const rows: readonly Row[] = story.all().flatMap((event): readonly Row[] => {
    const text = textOf(event)
    return text === undefined
      ? []
      : [{ at: event.at - story.start, where: event.where, text: short(names.named(text)), times: 1 }]
  })
  const told = rows.reduce(merged, [])
  const left = told.length > ROWS ? [`… ${told.length - ROWS} rows before`] : []
  return {
    names,
    lines: [
      head(columns),
      ...left,
      ...told.slice(-ROWS).flatMap((row) => drawn(columns, row)),
      ...(broken === undefined ? [] : [`${'✗'.padStart(9)} │ ${broken.law}: ${names.named(broken.why)}`]),
    ],
  }
}

// The window of an alert's group says nothing here.
const short = (text: string): string => text.replaceAll(/:\d{13}:(first|rest)\b/g, ':$1')

interface Row {
  readonly at: number
  readonly where: string
  readonly text: string
  /** How often it happened in a row. */
  readonly times: number
}

/** What happens again and again is one row. */
const merged = (rows: Row[], row: Row): Row[] => {
  const last = rows.at(-1)
  if (last === undefined || last.where !== row.where || last.text !== row.text) rows.push(row)
  else rows[rows.length - 1] = { ...last, times: last.times + 1 }
  return rows
}

/** Messages by the numbers of the script; others by the order in which they came. */
const namesOf = ({ ledger }: Run): MessageNames => {
  const names = new MessageNames()
  for (const { n, heard } of ledger.sent) for (const { id } of heard) names.give(id, `m${n}`)
  const sent = new Map(ledger.sent.map((s) => [`${s.flow}\n${JSON.stringify(s.raw)}`, s.n] as const))
  let others = 0
  for (const { entry, by } of ledger.entries.values()) {
    if (by.as !== 'accept') continue
    const n = sent.get(`${entry.flow}\n${entry.body}`)
    names.give(entry.id, n === undefined ? `x${++others}` : `m${n}`)
  }
  return names
}

const textOf = ({ where, what, about }: Told): string | undefined => {
  if (where === 'journal') return journalText(what, about)
  if (where === 'remotes') return remoteText(what, about)
  if (about === undefined) return what
  if (where.startsWith('p') && isCall(about)) {
    // The process's own name stands at the head of the column.
    const step = what.slice(where.length + 1)
    return `${step} →${about.attempt > 1 ? ` (attempt ${about.attempt})` : ''} ${about.key}`
  }
  return `${what} ${shortened(aboutText(about))}`
}

const remoteText = (what: string, about: unknown): string => {
  if (typeof about === 'string') return `${what} ${about}`
  const call = about as { readonly key: string; readonly known: boolean } | undefined
  if (call === undefined) return what
  return call.known ? `${what} knows ${call.key}` : `${what} takes ${call.key}`
}

const isCall = (about: unknown): about is { readonly key: string; readonly attempt: number } =>
  typeof about === 'object' && about !== null && 'key' in about && 'attempt' in about

const head = (columns: readonly Column[]): string =>
  `${'ms'.padStart(9)} │ ${columns.map(({ name, width }) => name.padEnd(width)).join(' │ ')}`.trimEnd()

/** One row, as many lines as its text takes. */
const drawn = (columns: readonly Column[], { at, where, text: once, times }: Row): readonly string[] => {
  const text = times === 1 ? once : `${once} (${times} times)`
  const index = Math.max(
    0,
    columns.findIndex((c) => c.name === where),
  )
  const fault = text.startsWith(MARK)
  return wrapped(text, columns[index]!.width).map((line, i) => {
    const time = i === 0 ? String(Math.round(at)) : ''
    const cells = columns.map(({ width }, c) => (c === index ? line : '').padEnd(width))
    return `${time.padStart(9)} ${fault ? '┃' : '│'} ${cells.join(' │ ')}`.trimEnd()
  })
}

const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width))
  }
  return [...lines, line]
}

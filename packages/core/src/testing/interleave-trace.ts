import type { NewEntry } from '../ports/journal.js'

/** One thing that happened. What it was about is made text of only when somebody reads it. */
interface Event {
  readonly at: number
  readonly process: string
  readonly what: string
  readonly about: unknown
}

/** Characters of one value in a line. */
const SHOWN = 200

/** What happened in one run, in order. */
export class Trace {
  readonly #start: number
  readonly #events: Event[] = []
  readonly #names = new Map<string, string>()
  #order = OFFSET

  constructor(start: number) {
    this.#start = start
  }

  /** `at`: epoch milliseconds. `about` must not change afterwards. */
  add(at: number, process: string, what: string, about?: unknown): void {
    this.#events.push({ at, process, what, about })
    this.#order = mixedIn(mixedIn(Math.imul(this.#order ^ at, PRIME), process), what)
  }

  /** Tells the orders of two runs apart, whatever the messages were. */
  get order(): number {
    return this.#order
  }

  /**
   * The lines: number, virtual milliseconds since the start, process, what happened, to what. Messages are called m1, m2,
   * … in order of their appearance.
   */
  lines(): readonly string[] {
    return this.#events.map(({ at, process, what, about }, i) => {
      const said = about === undefined ? '' : ` ${short(this.named(textOf(about)))}`
      const ms = Math.round((at - this.#start) * 10) / 10
      return `${String(i + 1).padStart(4)} +${ms} ms  ${process}  ${what}${said}`
    })
  }

  /** A text with the ids of messages replaced by the names that they have in the lines. */
  named(text: string): string {
    return text.replace(UUID, (id) => {
      const known = this.#names.get(id) ?? `m${this.#names.size + 1}`
      this.#names.set(id, known)
      return known
    })
  }

  /** Tells two runs apart: the same for the same lines (FNV-1a of 32 bits, as eight hexadecimal digits). */
  hash(): string {
    let h = OFFSET
    for (const line of this.lines()) h = mixedIn(h, line)
    return (h >>> 0).toString(16).padStart(8, '0')
  }
}

const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

const mixedIn = (hash: number, text: string): number => {
  let h = hash
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), PRIME)
  return h
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

const short = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)

const textOf = (about: unknown): string => {
  if (typeof about === 'string') return about
  try {
    return JSON.stringify(brief(about)) ?? ''
  } catch {
    return String(about)
  }
}

type Fields = Readonly<Record<string, unknown>>

/** What matters of the journal's values: which entry, where, what becomes of it; of state the name and the version. */
const brief = (about: unknown): unknown => {
  if (Array.isArray(about)) return about.map(brief)
  if (about instanceof Error) return `${about.name}: ${about.message}`
  if (typeof about !== 'object' || about === null) return about
  const v = about as Fields
  if (Array.isArray(v.entries)) return v.entries.map(brief)
  if ('lease' in v && 'as' in v) return settlement(v)
  if ('flow' in v && 'hop' in v && 'id' in v) return entry(v)
  if ('name' in v && 'expect' in v) return `${String(v.name)} to version ${Number(v.expect) + 1}`
  if ('version' in v && 'value' in v) return `version ${String(v.version)}`
  return Object.fromEntries(Object.entries(v).map(([name, part]) => [name, brief(part)]))
}

const settlement = (v: Fields): unknown => {
  const { id } = v.lease as { readonly id: string }
  const emit = (v.emit ?? []) as readonly { readonly id: string }[]
  const state = (v.state ?? []) as readonly unknown[]
  const why = typeof v.why === 'string' ? ` ${v.why}` : ''
  return { [`${id} ${String(v.as)}${why}`]: [...emit.map((e) => e.id), ...state.map(brief)] }
}

const entry = (v: Fields): string => {
  const { id, hop, key, body } = v as Partial<NewEntry>
  return `${id} at ${hop}${key === undefined ? '' : ` key ${key}`} ${body}`
}

import type { NewEntry } from '../ports/journal.js'

/** Characters of one value in a line. */
const SHOWN = 200

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** Names for messages, in place of their ids: m1, m2, … in order of appearance, unless given before. */
export class MessageNames {
  readonly #names = new Map<string, string>()

  give(id: string, name: string): void {
    if (!this.#names.has(id)) this.#names.set(id, name)
  }

  /** A text with the ids of messages replaced by their names. */
  named(text: string): string {
    return text.replace(UUID, (id) => {
      const known = this.#names.get(id) ?? `m${this.#names.size + 1}`
      this.#names.set(id, known)
      return known
    })
  }
}

/** What something was about, as text of a line. */
export const aboutText = (about: unknown): string => {
  if (typeof about === 'string') return about
  try {
    return JSON.stringify(brief(about)) ?? ''
  } catch {
    return String(about)
  }
}

export const shortened = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)

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

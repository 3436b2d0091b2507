import type { JsonText } from '../message/json.js'
import type { Found, NewEntry } from '../ports/journal.js'
import type { Place } from './heap.js'
import type { HopLine } from './hop-line.js'

/** `gone`: no longer kept; only those who still hold the object can see it. */
export type EntryState = Found['state'] | 'gone'

/** The root id: what stands before the first slash. */
export const rootOf = (id: string): string => {
  const slash = id.indexOf('/')
  return slash < 0 ? id : id.slice(0, slash)
}

/** One row of the memory journal. Every JSON value is kept as text, so that nobody can change it from outside. */
export class Entry {
  readonly id: string
  readonly root: string
  readonly line: HopLine
  readonly seq: number
  readonly at: number
  readonly body: JsonText
  readonly envelope: JsonText | undefined
  readonly key: string | undefined
  readonly latest: NewEntry['latest']
  deadline: number | undefined
  readonly join: NewEntry['join']
  readonly answers: NewEntry['answers']
  /** The names that a join expects; made at the first reply. */
  expected: ReadonlySet<string> | undefined = undefined
  state: EntryState = 'ready'
  due: number
  /** Whether it is the one of its key that may be claimed; always so without a key. */
  head = true
  /** Of a dead letter: whether its key waits for it. */
  hold = false
  attempts = 0
  claims = 0
  /** Whether the present claim was counted. */
  counted = false
  memo: JsonText | undefined = undefined
  marks: Map<string, JsonText> | undefined = undefined
  errors: JsonText[] | undefined = undefined
  token = ''
  holder: object | undefined = undefined
  /** Its place in the heap where it waits: `due` or `suspects` of its hop, or behind the head of its key. */
  place: Place<Entry> | undefined = undefined
  overduePlace: Place<Entry> | undefined = undefined
  leasePlace: Place<Entry> | undefined = undefined

  constructor(from: NewEntry, line: HopLine, seq: number, at: number, envelope: JsonText | undefined) {
    const { latest, join, answers } = from
    this.id = from.id
    this.root = rootOf(from.id)
    this.line = line
    this.seq = seq
    this.at = at
    this.body = from.body
    this.envelope = envelope
    this.key = from.key
    this.latest = latest && Object.freeze({ key: latest.key, version: latest.version })
    this.deadline = from.deadline
    this.join = join && frozenJoin(join)
    this.answers = answers && Object.freeze({ join: answers.join, as: answers.as })
    this.due = from.notBefore ?? at
  }
}

const frozenJoin = ({ expect, settle }: NonNullable<NewEntry['join']>): NonNullable<NewEntry['join']> =>
  Object.freeze({
    expect: Object.freeze([...expect]),
    settle: typeof settle === 'string' ? settle : Object.freeze({ quorum: settle.quorum }),
  })

/** Keeps an error: the first, and the 19 last. */
export const keepError = (entry: Entry, error: JsonText): void => {
  const errors = (entry.errors ??= [])
  errors.push(error)
  if (errors.length > 20) errors.splice(1, 1)
}

/** What was given in, as it is given back. */
export const givenBack = (entry: Entry): NewEntry => {
  const { id, line, body, envelope, key, latest, deadline, join, answers } = entry
  const back: { -readonly [K in keyof NewEntry]: NewEntry[K] } = { id, flow: line.flow, hop: line.hop, body }
  if (envelope !== undefined) back.envelope = envelope
  if (key !== undefined) back.key = key
  if (latest !== undefined) back.latest = latest
  if (deadline !== undefined) back.deadline = deadline
  if (join !== undefined) back.join = join
  if (answers !== undefined) back.answers = answers
  return back
}

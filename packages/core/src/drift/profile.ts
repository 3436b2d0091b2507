import { ANY_KEY, isDynamicKey } from './dynamic-key.js'
import { isToken, mayBeEnum } from './enum-like.js'
import type { Expected } from './expected.js'
import { Field } from './field.js'
import type { Finding } from './finding.js'
import { ARRAY, kindOf, KINDS, OBJECT, STRING } from './kind.js'
import { asMap, type Room } from './merge-fields.js'
import { wentMissing } from './went-missing.js'

/** When a profile is sure. */
export interface ProfileOptions {
  /** So many messages with an object make known what is in it. */
  readonly learn: number
  /** A field that was always there is gone after so many messages without it. */
  readonly vanished: number
  /** Whether values of enumerations are watched. */
  readonly values: boolean
}

const DEEPEST = 10
/** Keys of an object that make it a map. */
const KEYS = 48
/** Items of an array that are looked at. */
const ITEMS = 8
/** Steps that one message may take. */
const STEPS = 1000
/** So many messages, close to each other, that bring keys when all was known: the object is a map. */
const LATE = 8
const CLOSE = 500
/** How often objects are looked over. */
const OFTEN = 8

/** Looks at one message, and tells what is not as it was. Gives how many steps that took. */
export const observe = (
  root: Field,
  body: unknown,
  expected: Expected,
  options: ProfileOptions,
  room: Room,
  found: (f: Finding) => void,
): number => {
  const visit = new Visit(options, room, found)
  root.present++
  visit.value(root, body, '', expected, 0)
  return visit.steps
}

class Visit {
  readonly #o: ProfileOptions
  readonly #room: Room
  readonly #found: (f: Finding) => void
  steps = 0

  constructor(options: ProfileOptions, room: Room, found: (f: Finding) => void) {
    this.#o = options
    this.#room = room
    this.#found = found
  }

  value(f: Field, v: unknown, path: string, expected: Expected, depth: number): void {
    this.steps++
    const kind = kindOf(v)
    this.#kind(f, kind, path)
    if (kind === STRING) this.#text(f, v as string, path, expected)
    else if (kind === OBJECT) {
      if (depth < DEEPEST) this.#object(f, v as object, path, expected, depth)
    } else if (kind === ARRAY && depth < DEEPEST)
      this.#items(f, v as readonly unknown[], path, expected.items ?? NOTHING, depth)
  }

  #kind(f: Field, kind: number, path: string): void {
    const before = f.kinds[kind]!
    f.kinds[kind] = before + 1
    const bit = 1 << kind
    if (before > 0 && (f.oddKinds & bit) === 0) return
    // What never was anything else is known after so many messages.
    const first = before === 0
    if (first && f.present <= this.#o.learn) return
    f.oddKinds |= bit
    this.#found({ path, what: 'type', sample: KINDS[kind]!, first, times: 1 })
  }

  #text(f: Field, text: string, path: string, expected: Expected): void {
    const { values } = f
    if (values === 'many') return
    f.quiet ??= !this.#o.values || !mayBeEnum(path)
    if (f.quiet || !isToken(text)) return void (f.values = 'many')
    const is = values.add(text, this.#o.learn)
    if (values.many) f.values = 'many'
    else if (is !== undefined && expected.texts?.has(text) !== true)
      this.#found({ path, what: 'value', sample: text, first: is === 'first', times: 1 })
  }

  #items(f: Field, items: readonly unknown[], path: string, expected: Expected, depth: number): void {
    if (items.length === 0) return
    if (f.items === undefined) {
      if (this.#room.left <= 0) return
      this.#room.left--
      f.items = new Field()
    }
    for (let i = 0; i < items.length && i < ITEMS && this.steps < STEPS; i++) {
      f.items.present++
      this.value(f.items, items[i], `${path}[]`, expected, depth + 1)
    }
  }

  #object(f: Field, o: object, path: string, expected: Expected, depth: number): void {
    f.visited()
    for (const name in o) {
      if (this.steps >= STEPS) return
      if (!Object.hasOwn(o, name)) continue
      const value = (o as Readonly<Record<string, unknown>>)[name]
      if (value === undefined) continue
      const key = f.map || (expected.fields?.has(name) !== true && isDynamicKey(name)) ? ANY_KEY : name
      this.#member(f, key, value, path, expected, depth)
    }
    if (f.visits % OFTEN === 0) this.#lookOver(f, path, expected)
  }

  #member(f: Field, key: string, value: unknown, path: string, expected: Expected, depth: number): void {
    const known = key === ANY_KEY ? expected.entries : expected.fields?.get(key)
    const at = path === '' ? key : `${path}.${key}`
    let child = f.children.get(key)
    if (child === undefined) {
      if (this.#room.left <= 0) return void this.steps++
      if (f.children.size >= KEYS && expected.fields === undefined) {
        asMap(f, this.#room)
        return this.#member(f, ANY_KEY, value, path, expected, depth)
      }
      child = this.#late(f, key, at, value, known !== undefined)
      if (child === undefined) return this.#member(f, ANY_KEY, value, path, expected, depth)
    } else if (key !== ANY_KEY) {
      child.seen(f.visits)
      child.gone = false
      if (child.odd) this.#unknown(at, value, false)
    } else child.present++
    this.value(child, value, at, known ?? NOTHING, depth + 1)
  }

  /** A key that was never there. Undefined: there are so many of them that the object is a map. */
  #late(f: Field, key: string, path: string, value: unknown, known: boolean): Field | undefined {
    const child = new Field()
    const late = f.objects > this.#o.learn && key !== ANY_KEY && !known
    if (late && isBusy(f)) {
      asMap(f, this.#room)
      return undefined
    }
    this.#room.left--
    child.present = 1
    child.missed = f.objects - 1
    child.last = f.visits
    f.children.set(key, child)
    if (late) {
      child.odd = true
      this.#unknown(path, value, true)
    }
    return child
  }

  #unknown(path: string, value: unknown, first: boolean): void {
    this.#found({ path, what: 'unknown', sample: KINDS[kindOf(value)]!, first, times: 1 })
  }

  #lookOver(f: Field, path: string, expected: Expected): void {
    if (f.map) return
    if (expected.fields === undefined && isSparse(f)) return asMap(f, this.#room)
    for (const [name, child] of f.children) {
      if (name === ANY_KEY || !wentMissing(child, f.visits, this.#o)) continue
      const at = path === '' ? name : `${path}.${name}`
      const times = child.gone ? OFTEN : f.visits - child.last
      this.#found({ path: at, what: 'vanished', sample: child.usual, first: !child.gone, times })
      child.gone = true
    }
  }
}

const NOTHING: Expected = {}

/** Counts messages with a new key; says whether they come so often that the keys are data. */
const isBusy = (f: Field): boolean => {
  if (f.late > 0 && f.lateAt === f.visits) return false
  if (f.visits - f.lateAt > CLOSE) f.late = 0
  f.lateAt = f.visits
  return ++f.late > LATE
}

/** Many keys, of which each object has few: they are data. */
const isSparse = (f: Field): boolean => {
  if (f.children.size < 16 || f.objects < 32) return false
  let there = 0
  for (const child of f.children.values()) there += child.present
  return there < 0.15 * f.objects * f.children.size
}

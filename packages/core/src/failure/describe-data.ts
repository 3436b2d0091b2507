import type { Json } from '../message/json.js'
import { isCredential, MASK, withoutCredentials } from './credentials.js'
import { describeCause, label, property } from './describe-cause.js'
import { jsonSize, size, type JsonBudget } from './json-budget.js'

const DEPTH = 6
const TEXT = 4096
const ITEMS = 100

/** Where a value stands: what surrounds it, so that cycles are seen, and whether a key above spoke of headers. */
interface Spot {
  readonly around: readonly object[]
  readonly headers: boolean
}

/**
 * The JSON form of the data of a failure: plain objects and arrays are walked, six deep; class instances, functions and
 * bytes are named; credentials are masked. Undefined where there is nothing to tell, or the budget is spent.
 */
export const describeData = (
  value: unknown,
  budget: JsonBudget,
  at: Spot = { around: [], headers: false },
): Json | undefined => {
  try {
    return told(value, budget, at)
  } catch {
    return budget.text('[unreadable]', TEXT)
  }
}

/** The JSON form of one property, which a key that speaks of credentials masks. */
export const describeProperty = (
  key: string,
  value: unknown,
  budget: JsonBudget,
  at: Spot = { around: [], headers: false },
): Json | undefined => {
  if (isCredential(key) && value !== null && value !== undefined && typeof value !== 'boolean')
    return budget.text(maskOf(value) ?? MASK, TEXT)
  return describeData(value, budget, { around: at.around, headers: at.headers || /header/i.test(key) })
}

const told = (value: unknown, budget: JsonBudget, at: Spot): Json | undefined => {
  switch (typeof value) {
    case 'string':
      return budget.text(withoutCredentials(value), TEXT)
    case 'number':
      if (!Number.isFinite(value)) return budget.text(String(value), TEXT)
      return budget.take(String(value).length) ? value : undefined
    case 'boolean':
      return budget.take(5) ? value : undefined
    case 'bigint':
      return budget.text(String(value), TEXT)
    case 'object':
      if (value === null) return budget.take(4) ? null : undefined
      return object(value, budget, at)
    default:
      return undefined
  }
}

const object = (value: object, budget: JsonBudget, at: Spot): Json | undefined => {
  if (at.around.includes(value)) return budget.text('[cycle]', TEXT)
  const inside: Spot = { around: [...at.around, value], headers: at.headers }
  const walked = Array.isArray(value) || isTagged(value) || isPlain(value)
  if (!walked) return instance(value, budget)
  if (at.around.length >= DEPTH)
    return budget.text(Array.isArray(value) ? '[array, too deep]' : '[object, too deep]', TEXT)
  return Array.isArray(value) ? array(value, budget, inside) : properties(value, budget, inside)
}

const array = (value: readonly unknown[], budget: JsonBudget, at: Spot): Json | undefined => {
  if (!budget.take(2)) return undefined
  const items: Json[] = []
  for (let i = 0; i < value.length; i++) {
    if (i === ITEMS) {
      if (budget.take(40)) items.push(`[${value.length - ITEMS} more]`)
      break
    }
    if (!budget.take(1)) break
    const before = i === 0 ? undefined : value[i - 1]
    // Raw headers: a name, then its value.
    const paired = at.headers && typeof before === 'string' && isCredential(before)
    let item = paired ? budget.text(MASK, TEXT) : describeData(value[i], budget, at)
    if (item === undefined) item = noted(value[i], budget)
    if (item === undefined) break
    items.push(item)
  }
  return items
}

/** What stands in an array for what JSON leaves out, so that the places of the others do not move. */
const noted = (value: unknown, budget: JsonBudget): Json | undefined =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol'
    ? budget.text(`[${typeof value}]`, TEXT)
    : undefined

const properties = (value: object, budget: JsonBudget, at: Spot): Json | undefined => {
  if (!budget.take(2)) return undefined
  const fields: [string, Json][] = []
  const said = property(value, 'message')
  if (isTagged(value) && typeof said === 'string') add(fields, 'message', said, budget, at)
  const pair = namesCredential(value)
  for (const key of Object.keys(value)) {
    if (fields.length >= ITEMS) break
    if (fields.some(([k]) => k === key)) continue
    // A getter that throws leaves a note, not a hole.
    const one = pair && key === 'value' ? MASK : readable(value, key)
    add(fields, key, one, budget, at)
  }
  const cause = isTagged(value) ? property(value, 'cause') : undefined
  if (cause !== undefined && !fields.some(([k]) => k === 'cause')) {
    const described = describeCause(cause, 1)
    if (budget.take(jsonSize(described) + 10)) fields.push(['cause', described])
  }
  return Object.fromEntries(fields)
}

const add = (fields: [string, Json][], key: string, value: unknown, budget: JsonBudget, at: Spot): void => {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return
  if (key.length > TEXT || !budget.take(size(key) + 2)) return
  const json = describeProperty(key, value, budget, at)
  if (json !== undefined) fields.push([key, json])
}

/** A property, or a note where reading it throws. */
export const readable = (value: object, key: string): unknown => {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    return '[unreadable]'
  }
}

/** `{ name: 'authorization', value: '…' }`, as logs of requests write headers. */
const namesCredential = (value: object): boolean =>
  ['name', 'key', 'header'].some((key) => {
    const named = property(value, key)
    return typeof named === 'string' && isCredential(named)
  })

/** A class instance: bytes by their length, errors by name and message, others by a text form of theirs or their class. */
const instance = (value: object, budget: JsonBudget): Json | undefined => {
  if (ArrayBuffer.isView(value)) return budget.text(`[${label(value)}, ${value.byteLength} bytes]`, TEXT)
  if (value instanceof Error) {
    const described = describeCause(value, 1)
    return budget.take(jsonSize(described)) ? described : undefined
  }
  const mask = maskOf(value)
  if (mask !== undefined) return budget.text(mask, TEXT)
  const toJson = property(value, 'toJSON')
  const json: unknown = typeof toJson === 'function' ? toJson.call(value) : undefined
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean')
    return describeData(json, budget)
  return budget.text(`[${label(value)}]`, TEXT)
}

/** How a `Secret` prints, of this copy of the package or another. Its own `toString` is not trusted with that. */
const maskOf = (value: unknown): string | undefined => {
  const named = typeof property(value, 'reveal') === 'function' ? property(value, 'label') : undefined
  return typeof named === 'string' ? `[${named}]` : undefined
}

/** A failure, or what is routed as one. */
export const isTagged = (value: unknown): value is object =>
  typeof value === 'object' &&
  typeof property(value, '_tag') === 'string' &&
  KINDS.has(property(value, 'kind'))

const KINDS: ReadonlySet<unknown> = new Set(['transient', 'permanent', 'poison', 'unknown'])

/** A plain object, of any realm. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

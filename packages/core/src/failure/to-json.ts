import type { Json } from '../message/json.js'
import { withoutCredentials } from './credentials.js'
import { describeCause, property } from './describe-cause.js'
import { describeProperty, isTagged, readable } from './describe-data.js'
import { cut, JsonBudget, jsonSize, size } from './json-budget.js'

const TOTAL = 16 * 1024
const TEXT = 4096
const NAME = 200

/** Written first, so that data of the same name cannot replace them. */
const OWN: ReadonlySet<string> = new Set(['_tag', 'kind', 'message', 'retryAt', 'scope', 'cause', 'stack'])

/**
 * What journal rows, logs, dead letters and alerts carry of an error: at most 16 KB of JSON.
 *
 * Of a failure: `_tag`, `kind`, `message`, its own enumerable data, `retryAt`, `scope`, and its `cause` as
 * `{ name, message, code?, cause? }`, three at most. Of anything else that was thrown: those same fields of a cause, and
 * nothing more. Texts are cut at 4 KB, data at a depth of six; what JSON cannot carry is left out or named. Credentials
 * are masked by their key and, in texts, by their shape. Never throws.
 */
export const failureToJson = (error: unknown): Json => {
  try {
    return isTagged(error) ? failure(error) : describeCause(error)
  } catch {
    return { name: 'unreadable', message: 'the error cannot be read' }
  }
}

const failure = (error: object): Json => {
  const message = property(error, 'message')
  const head: [string, Json][] = [
    ['_tag', cut(String(property(error, '_tag')), NAME) ?? ''],
    ['kind', String(property(error, 'kind'))],
    ['message', typeof message === 'string' ? (cut(withoutCredentials(message), TEXT) ?? '') : ''],
  ]
  const tail: [string, Json][] = []
  const retryAt = property(error, 'retryAt')
  if (typeof retryAt === 'number' && Number.isFinite(retryAt)) tail.push(['retryAt', retryAt])
  const scope = property(error, 'scope')
  if (scope === 'message' || scope === 'destination') tail.push(['scope', scope])
  const cause = property(error, 'cause')
  if (cause !== undefined && cause !== error) tail.push(['cause', describeCause(cause)])
  const fixed = jsonSize(Object.fromEntries([...head, ...tail]))
  return Object.fromEntries([...head, ...data(error, new JsonBudget(TOTAL - fixed)), ...tail])
}

const data = (error: object, budget: JsonBudget): readonly [string, Json][] => {
  const fields: [string, Json][] = []
  for (const key of keysOf(error)) {
    if (OWN.has(key) || key.length > TEXT) continue
    const value = readable(error, key)
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') continue
    if (!budget.take(size(key) + 2)) break
    const json = describeProperty(key, value, budget, { around: [error], headers: false })
    if (json !== undefined) fields.push([key, json])
  }
  return fields
}

/** The own enumerable keys, or none where they cannot be listed. */
const keysOf = (of: object): readonly string[] => {
  try {
    return Object.keys(of)
  } catch {
    return []
  }
}

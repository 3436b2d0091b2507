import type { Json } from '../message/json.js'
import { withoutCredentials } from './credentials.js'
import { cut } from './json-budget.js'

const CHAIN = 3
const NAME = 200
const MESSAGE = 1200

/**
 * What is told of an error that is no failure of ours, or of anything thrown: `name`, `message`, `code` where it has
 * one, and its causes, three in all. Never its other properties: they may hold requests, headers, sockets.
 */
export const describeCause = (thrown: unknown, chain: number = CHAIN): Json => {
  const name = label(thrown)
  const described: Record<string, Json> = {
    name: cut(name, NAME) ?? '',
    message: cut(said(thrown, name), MESSAGE) ?? '',
  }
  const code = property(thrown, 'code')
  if (typeof code === 'number' && Number.isFinite(code)) described['code'] = code
  else if (typeof code === 'string') described['code'] = cut(withoutCredentials(code), NAME) ?? ''
  const cause = property(thrown, 'cause')
  if (chain > 1 && cause !== undefined && cause !== thrown)
    described['cause'] = describeCause(cause, chain - 1)
  return described
}

/** A property of anything, or undefined where reading it throws. */
export const property = (of: unknown, key: PropertyKey): unknown => {
  try {
    return of === null || of === undefined ? undefined : (of as Record<PropertyKey, unknown>)[key]
  } catch {
    return undefined
  }
}

/** What a value calls itself: its tag, its name, its class, or its type. */
export const label = (value: unknown): string => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return value === null ? 'null' : typeof value
  for (const named of [
    property(value, '_tag'),
    property(value, 'name'),
    property(property(value, 'constructor'), 'name'),
  ])
    if (typeof named === 'string' && named !== '') return named
  return typeof value
}

const said = (thrown: unknown, name: string): string => {
  if (typeof thrown === 'string') return withoutCredentials(thrown)
  if (typeof thrown === 'number' || typeof thrown === 'boolean' || typeof thrown === 'bigint')
    return String(thrown)
  const message = property(thrown, 'message')
  return typeof message === 'string' ? withoutCredentials(message) : `${name}, which is no error, was thrown`
}

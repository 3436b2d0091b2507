import type { Json } from '../message/json.js'
import type { Kind } from './failure.js'

/**
 * A failure as it is stored, told and logged: JSON, built from scratch, secrets masked. Beside tag, kind and message it has
 * the failure's own data, as far as JSON can carry it. That of a failed attempt also says in which `hop` it was, which
 * `attempt` (from 1), `at` what time it ended (epoch milliseconds) and how long it took (`ms`).
 */
export interface FailureRecord {
  readonly _tag: string
  readonly kind: Kind
  readonly message: string
  readonly [field: string]: Json
}

/** A stored failure, read back. What lacks a tag, a kind or a message gets those of a permanent `StepFailed`. */
export const failureRecord = (stored: Json | undefined): FailureRecord => {
  const s = isObject(stored) ? stored : {}
  const { _tag, kind, message } = s
  if (typeof _tag === 'string' && typeof message === 'string' && isKind(kind)) return s as FailureRecord
  return {
    ...s,
    _tag: typeof _tag === 'string' ? _tag : 'StepFailed',
    kind: isKind(kind) ? kind : 'permanent',
    message: typeof message === 'string' ? message : '',
  }
}

const isObject = (json: Json | undefined): json is { readonly [k: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const isKind = (json: Json | undefined): json is Kind =>
  json === 'transient' || json === 'permanent' || json === 'poison' || json === 'unknown'

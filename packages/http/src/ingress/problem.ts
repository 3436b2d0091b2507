import { STATUS_CODES } from 'node:http'
import type { Reply } from './reply.js'

/** What a problem may carry beside its status. */
export interface ProblemOptions {
  /** For the sender's developer: what was expected. Never a value from the request, never why a signature failed. */
  readonly detail?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Members of its own (RFC 9457, 3.2). */
  readonly with?: Readonly<Record<string, unknown>>
  readonly close?: boolean
}

/** An error answer: `application/problem+json` (RFC 9457), of type `about:blank`, titled by its status. */
export const problem = (status: number, options: ProblemOptions = {}): Reply => ({
  status,
  headers: { ...options.headers, 'content-type': 'application/problem+json' },
  body: JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    ...(options.detail !== undefined && { detail: options.detail }),
    ...options.with,
  }),
  ...(options.close === true && { close: true }),
})

/** 503 with `Retry-After`, in whole seconds. */
export const unavailable = (retryAfter: number, detail: string): Reply =>
  problem(503, { detail, headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) } })

import { config, secret, url, type Alert } from '@xconnector/core'
import { bearer, http, json } from '@xconnector/http'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  SIGNALS_SECRET: secret,
  PRIORITIES_URL: url,
  PRIORITIES_TOKEN: secret,
  PAGER_URL: url,
})

/** How urgent an entry was in one hour, and what made it so. */
export interface Priority {
  readonly entry: string
  /** The hour, in UTC: `2026-11-22T01`. */
  readonly hour: string
  readonly score: number
  readonly level: 'low' | 'normal' | 'high' | 'urgent'
  /** Signals that it was made of. */
  readonly signals: number
  /** 0 for the first score of this hour, one more for each that replaces it. */
  readonly revision: number
}

const priorities = http({
  name: 'priorities',
  baseUrl: env.PRIORITIES_URL,
  auth: bearer(env.PRIORITIES_TOKEN),
})

/** Puts a score in its place. The system answers 409 to a revision that is older than the one it has. */
export const putPriority = priorities.target({
  name: 'put-priority',
  method: 'PUT',
  path: '/entries/:entry/hours/:hour/priority',
  body: json<Priority>(),
  effect: 'idempotent',
})

/** Where people are told that something waits for them. */
export const pager = http({ name: 'pager', baseUrl: env.PAGER_URL }).target({
  name: 'page-somebody',
  method: 'POST',
  path: '/alerts',
  body: json<Alert>(),
  effect: 'keyed',
})

import type { Json } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'
import { headersOf } from './answered.js'
import { parsed } from './reply-reader.js'

/** An answer that became a failure, for telling an API's own failures apart. */
export interface FailedAnswer {
  readonly status: number
  /** By lower-case name; values of repeated ones joined with commas. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as JSON; `undefined` where it is none. Integers past 2^53 - 1 are strings. Not redacted: what is taken from it is kept with the failure. */
  json(): Json | undefined
}

/** The view of an answer that `refine` gets. */
export const failedAnswer = (answer: Exchange & { as: 'answered' }): FailedAnswer => ({
  status: answer.status,
  get headers() {
    return headersOf(answer.headers)
  },
  json() {
    const read = parsed(answer.body, 'text')
    return read.ok ? (read.value as Json | undefined) : undefined
  },
})

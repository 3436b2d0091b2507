import type { DeclaredCall } from './on.js'
import type { MockRequest } from './mock-request.js'

/** Which requests a fault meets. */
export interface FaultOptions {
  /** A declared call, or a test. Default: all that have a handler. */
  readonly on?: DeclaredCall | ((request: MockRequest) => boolean)
  /** How many fitting requests go well before. Default 0. */
  readonly after?: number
  /** How many it meets then. Default 1; with `chance`, any number. */
  readonly times?: number
  /** The probability, from 0 to 1, with which it meets one: by the remote's `random`. Default 1. */
  readonly chance?: number
}

/** What goes wrong with a request. */
export type FaultKind =
  | {
      readonly as: 'status'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: unknown
      /** The handler is asked first: the answer says that it failed although it was done. */
      readonly done: boolean
    }
  | { readonly as: 'drop' }
  | { readonly as: 'lost' }
  | { readonly as: 'slow'; readonly ms: number }
  | { readonly as: 'duplicate' }
  | { readonly as: 'truncated'; readonly bytes: number | undefined }
  | { readonly as: 'malformed' }

/** Something that goes wrong with some requests. Made by `fault`. */
export type RemoteFault = FaultKind & FaultOptions

/** What a fault of a status may say beside it. */
export interface StatusFaultOptions extends FaultOptions {
  /** `Retry-After`: seconds, or a date of HTTP. */
  readonly retryAfter?: number | string
  readonly headers?: Readonly<Record<string, string>>
  /** A text as it is, all else as JSON. Default: a problem that says that it is a fault. */
  readonly body?: unknown
  /** `true`: the handler is asked first, and its answer is thrown away. Default `false`. */
  readonly done?: boolean
}

/** What may go wrong with a mocked remote's requests. */
export interface FaultMakers {
  /** Answered with a status of failure, without any effect unless `done`. */
  status(status: number, options?: StatusFaultOptions): RemoteFault
  /** The connection breaks before the handler is asked. */
  drop(options?: FaultOptions): RemoteFault
  /** The handler is asked, and the connection breaks in the place of its answer. */
  lost(options?: FaultOptions): RemoteFault
  /** The handler is asked at once, and its answer given so many milliseconds later, by the remote's clock. */
  slow(ms: number, options?: FaultOptions): RemoteFault
  /** The request arrives twice: the handler is asked twice in a row, and the second answer is given. */
  duplicate(options?: FaultOptions): RemoteFault
  /** The handler is asked, and its answer breaks off after so many bytes of its body. Default: in the middle. */
  truncated(options?: FaultOptions & { readonly bytes?: number }): RemoteFault
  /** The handler is asked, and its answer's body is no JSON. */
  malformed(options?: FaultOptions): RemoteFault
}

/**
 * What goes wrong with some requests of a mocked remote.
 *
 * @example
 * remote.fail(fault.status(429, { retryAfter: 2, times: 3, on: postPage }), fault.lost({ after: 5 }))
 * @throws TypeError naming the option that makes no sense.
 */
export const fault: FaultMakers = Object.freeze({
  status(status, options = {}) {
    if (!Number.isInteger(status) || status < 300 || status > 599)
      throw new TypeError(`fault.status: expected a status from 300 to 599, got ${String(status)}`)
    const { retryAfter, headers, body, done = false, ...which } = options
    const title = 'A fault that the test asked for'
    return checked({
      as: 'status',
      status,
      headers: {
        'content-type': body === undefined ? 'application/problem+json' : 'application/json',
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
        ...headers,
      },
      body: body ?? { title, status },
      done,
      ...which,
    })
  },
  drop: (options) => checked({ as: 'drop', ...options }),
  lost: (options) => checked({ as: 'lost', ...options }),
  slow: (ms, options) => {
    if (typeof ms !== 'number' || !(ms >= 0) || ms > 2 ** 31 - 1)
      throw new TypeError(`fault.slow: expected milliseconds, 0 or more, got ${String(ms)}`)
    return checked({ as: 'slow', ms, ...options })
  },
  duplicate: (options) => checked({ as: 'duplicate', ...options }),
  truncated: ({ bytes, ...options } = {}) => checked({ as: 'truncated', bytes, ...options }),
  malformed: (options) => checked({ as: 'malformed', ...options }),
} satisfies FaultMakers)

const checked = (made: RemoteFault): RemoteFault => {
  const { as, after = 0, times = 1, chance = 1 } = made
  if (!Number.isSafeInteger(after) || after < 0)
    throw new TypeError(`fault.${as} after: expected a whole number of 0 or more, got ${String(after)}`)
  if (times !== Infinity && (!Number.isSafeInteger(times) || times < 1))
    throw new TypeError(`fault.${as} times: expected a whole number of 1 or more, got ${String(times)}`)
  if (typeof chance !== 'number' || !(chance >= 0 && chance <= 1))
    throw new TypeError(`fault.${as} chance: expected a probability from 0 to 1, got ${String(chance)}`)
  return Object.freeze(made)
}

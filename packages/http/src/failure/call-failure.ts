import type { CircuitOpen, StepFailed } from '@xconnector/core'
import type { BadResponse } from './bad-response.js'
import type { Conflict } from './conflict.js'
import type { ConnectFailed } from './connect-failed.js'
import type { ConnectionLost } from './connection-lost.js'
import type { Forbidden } from './forbidden.js'
import type { NotFound } from './not-found.js'
import type { PreconditionFailed } from './precondition-failed.js'
import type { RateLimited } from './rate-limited.js'
import type { Rejected } from './rejected.js'
import type { TimedOut } from './timed-out.js'
import type { Unauthorized } from './unauthorized.js'
import type { Unavailable } from './unavailable.js'

/** What an exchange with a remote may end with. */
export type ExchangeFailure =
  | BadResponse
  | Conflict
  | ConnectFailed
  | ConnectionLost
  | Forbidden
  | NotFound
  | PreconditionFailed
  | RateLimited
  | Rejected
  | TimedOut
  | Unauthorized
  | Unavailable

/**
 * What a call may fail with. `StepFailed`: the request could not be made (a path, query or body function threw, or the
 * body is no JSON or too large). `CircuitOpen` only where the destination fails when parked.
 */
export type CallFailure<W extends 'wait' | 'fail' = 'wait'> =
  | ExchangeFailure
  | StepFailed
  | (W extends 'fail' ? CircuitOpen : never)

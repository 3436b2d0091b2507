import type { Seen } from '@xconnector/core'

const OK: Seen = { as: 'ok' }
const FAILED: Seen = { as: 'failed' }

/**
 * What an answer says of its backend. Only the statuses of a server that is down or overloaded count against it: a 500 may be
 * the fault of one page, and a 429 is meant for one client.
 */
export const seenIn = (status: number, retryAt: number | undefined): Seen => {
  if (status === 503) return retryAt === undefined ? { as: 'refused' } : { as: 'refused', retryAt }
  return status === 502 || status === 504 ? FAILED : OK
}

import { problem, unavailable } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import type { Trouble } from './backend/trouble.js'

/** What the front is told when a backend gave no answer: a problem (RFC 9457) that says nothing of where or why. */
export const troubleReply = (trouble: Trouble, now: number): Reply => {
  switch (trouble.as) {
    case 'parked':
    case 'busy':
      return unavailable((trouble.retryAt - now) / 1000, 'the service is not available now')
    case 'timed-out':
      return problem(504, { detail: 'the service did not answer in time' })
    case 'cut':
      return problem(408, { detail: 'the request did not come in time', close: true })
    case 'refused':
    case 'lost':
    case 'no-credentials':
      return problem(502, { detail: 'the service could not be reached' })
  }
}

/** Says to the log what a front is not told. */
export const troubleText = (trouble: Trouble): string =>
  ({
    parked: 'it is parked',
    busy: 'too many requests wait for it',
    'timed-out': 'it did not answer in time',
    refused: 'no connection came about',
    lost: 'the connection broke',
    cut: 'the client was too slow, or left',
    'no-credentials': 'its credentials were not to be had, or were refused',
  })[trouble.as]

import { problem, unavailable } from '../../ingress/problem.js'
import type { EventHub } from '../events/event-hub.js'
import { EVENT_TYPES } from '../events/event-types.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

/** Readers at a time. */
const MOST_READERS = 32

/** `/events?types&flow`: what happens from now on, as Server-Sent Events. */
export const events = (runtime: Pick<Operated, 'health'>, hub: EventHub): OpsRoute => ({
  method: 'GET',
  path: '/events',
  handle({ fields }) {
    const types = fields.text('types')?.split(',')
    const flow = fields.text('flow')
    if (types?.some((t) => !EVENT_TYPES.includes(t as never)) === true)
      fields.wrong('types', `expected some of ${EVENT_TYPES.join(', ')}, with commas between`)
    fields.end()
    const { status } = runtime.health()
    if (status === 'stopping' || status === 'stopped')
      return problem(503, { detail: `the runtime is ${status}` })
    if (hub.size >= MOST_READERS) return unavailable(5, `expected at most ${MOST_READERS} readers at a time`)
    const wanted = { types: new Set<string>(types ?? EVENT_TYPES), flow }
    return {
      status: 200,
      // The last is for proxies that would hold back what comes bit by bit.
      headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
      open: (sink) => hub.open(sink, wanted),
    }
  },
})

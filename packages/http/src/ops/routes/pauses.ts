import { controlledName, type Controlled } from '@xconnector/core/operate'
import { problem } from '../../ingress/problem.js'
import type { Reply } from '../../ingress/reply.js'
import type { Acted } from '../acted.js'
import type { Fields } from '../fields.js'
import { jsonReply } from '../json-reply.js'
import type { Operated } from '../operated.js'
import type { OpsRoute } from '../route.js'

const controlledIn = (fields: Fields): (() => Controlled) => {
  const flow = fields.text('flow')
  const hop = fields.text('hop')
  const intake = fields.text('intake')
  const destination = fields.text('destination')
  return () => {
    if ([flow, intake, destination].filter((v) => v !== undefined).length !== 1)
      fields.wrong('flow', 'expected one of flow (with hop, or without), intake and destination')
    if (hop !== undefined && flow === undefined) fields.wrong('hop', 'expected with the flow that it is of')
    fields.end()
    if (destination !== undefined) return { destination }
    if (intake !== undefined) return { intake }
    return { flow: flow!, ...(hop !== undefined && { hop }) }
  }
}

// A runtime says by a TypeError that it has no such thing, and what it has.
const unlessUnknown = async (f: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await f()
  } catch (thrown) {
    if (thrown instanceof TypeError) return problem(404, { detail: thrown.message })
    throw thrown
  }
}

/** `POST /pause` with `flow` (and `hop`), `intake` or `destination`; and `why`. */
export const pause = (runtime: Pick<Operated, 'pause'>, acted: Acted): OpsRoute => ({
  method: 'POST',
  path: '/pause',
  handle({ fields, by }) {
    const why = fields.text('why')
    const what = controlledIn(fields)()
    return unlessUnknown(async () => {
      await runtime.pause(what, { by, ...(why !== undefined && { why }) })
      await acted(
        { by, did: 'pause', what, ...(why !== undefined && { why }) },
        `${by} paused ${controlledName(what)}`,
      )
      return jsonReply({ paused: what })
    })
  },
})

/** `POST /resume`, likewise. */
export const resume = (runtime: Pick<Operated, 'resume'>, acted: Acted): OpsRoute => ({
  method: 'POST',
  path: '/resume',
  handle({ fields, by }) {
    const what = controlledIn(fields)()
    return unlessUnknown(async () => {
      await runtime.resume(what)
      await acted({ by, did: 'resume', what }, `${by} resumed ${controlledName(what)}`)
      return jsonReply({ resumed: what })
    })
  },
})

/** `GET /paused`: what is paused, since when, by whom and why. */
export const paused = (runtime: Pick<Operated, 'paused'>): OpsRoute => ({
  method: 'GET',
  path: '/paused',
  handle({ fields }) {
    fields.end()
    return jsonReply({ paused: runtime.paused() })
  },
})

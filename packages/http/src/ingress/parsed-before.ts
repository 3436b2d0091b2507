import { problem } from './problem.js'
import type { Reply } from './reply.js'
import type { Opening, Route } from './route.js'

const FIX =
  'Mount the ingress before any body parser, or exclude its base path from it: a signature is over the raw bytes.'

/** The answer when somebody has read the body before: says so, and how to mend it; said once to the log. */
export const parsedBefore = (route: Route, opening: Opening): Reply => {
  const said = 'parsed-before'
  if (!opening.said.has(said)) {
    opening.said.add(said)
    opening.intake.log.error({ source: route.source }, `A body parser has read the webhook's body. ${FIX}`)
  }
  return problem(500, { detail: `A body parser has read the body before the ingress. ${FIX}`, close: true })
}

import type { Taker } from './place.js'
import { problem } from './problem.js'
import type { Reply } from './reply.js'

const FIX =
  'Mount the ingress before any body parser, or exclude its base path from it: a signature is over the raw bytes.'

/** The answer when somebody has read the body before: says so, and how to mend it; said once to the log. */
export const parsedBefore = ({ said, log, name }: Taker): Reply => {
  const what = 'parsed-before'
  if (!said.has(what)) {
    said.add(what)
    log.error({ source: name }, `A body parser has read the body before the ingress. ${FIX}`)
  }
  return problem(500, { detail: `A body parser has read the body before the ingress. ${FIX}`, close: true })
}

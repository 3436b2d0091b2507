import { judgeLength } from '../ingress/body-limits.js'
import type { StreamFormat } from '../ingress/format.js'
import type { Head } from '../ingress/head.js'
import type { StreamTaker } from '../ingress/place.js'
import { unavailable } from '../ingress/problem.js'
import { flawed, openFor } from '../ingress/receive.js'
import type { Reply } from '../ingress/reply.js'
import type { Opening } from '../ingress/route.js'
import { receiveStream } from './receive-stream.js'

const BUSY_RETRY_AFTER = 5

/** What takes the streams of one webhook, of which it reads only so many at once. */
export const streamTakers = (
  format: StreamFormat,
): ((opening: Opening | undefined, head: Head) => StreamTaker | Reply) => {
  let reading = 0
  return (opened, head) => {
    const opening = openFor(opened)
    if ('status' in opening) return opening
    const wrong = judgeLength(head.header('content-length'), format.stream.maxBytes)
    if (wrong !== undefined) return wrong
    const flaw = wholeAndPlain(head) ?? format.check(head)
    if (flaw !== undefined) return flawed(opening.route, flaw)
    if (reading >= format.stream.atOnce)
      return unavailable(BUSY_RETRY_AFTER, 'too many bodies are being read')
    const { clock, log, name, said } = opening
    return {
      as: 'stream',
      clock,
      log,
      name,
      said,
      async take(at, body, proceed) {
        reading++
        try {
          return await receiveStream(opening, format, at, body, proceed)
        } finally {
          reading--
        }
      },
    }
  }
}

// RFC 9110, 14.4: what is only a part must not be taken for the whole.
const wholeAndPlain = (head: Head): { readonly status: 400 | 415; readonly detail: string } | undefined => {
  if (head.headers('content-range').length > 0)
    return { status: 400, detail: 'content-range: expected the whole body, not a part of it' }
  const encoding = head.header('content-encoding')
  return encoding !== undefined && encoding.toLowerCase() !== 'identity'
    ? { status: 415, detail: 'expected a body without content-encoding' }
    : undefined
}

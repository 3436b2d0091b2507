import type { Readable } from 'node:stream'
import { isFailure, type Logger } from '@xconnector/core'
import type { StreamFormat, StreamHead, TakenStream } from '../ingress/format.js'
import type { Head } from '../ingress/head.js'
import { problem, unavailable } from '../ingress/problem.js'
import { doubted, failed, flawed, signedHead, STOPPED, taken } from '../ingress/receive.js'
import { NOT_WANTED, type Reply } from '../ingress/reply.js'
import type { Opening } from '../ingress/route.js'
import { BelievedBytes } from './believed-bytes.js'
import { bodyDigests } from './body-digests.js'
import { SteadyBody } from './steady-body.js'

const STORE_RETRY_AFTER = 5
const CUT: Reply = problem(400, { detail: 'the body ended early' })

/**
 * Verifies, stores and accepts a body that comes as a stream: first the file is durable, then its message, and then it is
 * answered. Never rejects.
 *
 * @param proceed tells a sender that waits for it (`Expect: 100-continue`) to send.
 */
export const receiveStream = async (
  opening: Opening,
  format: StreamFormat,
  head: Head,
  body: Readable,
  proceed: () => void,
): Promise<Reply> => {
  try {
    const { route, intake, verifier } = opening
    const begun = await verifier.begin!(signedHead(head, intake.clock.now()))
    if ('ok' in begun && !begun.ok) return doubted(opening, begun.reason)
    if ('ok' in begun && begun.ping === true) return NOT_WANTED
    const proofs = bodyDigests(head, format.stream)
    if ('status' in proofs) return flawed(route, proofs)
    proceed()
    const steady = new SteadyBody(body, format.stream, intake.clock)
    const stop = (): void => steady.close()
    intake.signal.addEventListener('abort', stop, { once: true })
    try {
      const { maxBytes } = format.stream
      const ended = (): Reply | undefined => (opening.open && !intake.signal.aborted ? undefined : STOPPED)
      const bytes = new BelievedBytes(steady, { maxBytes, begun, proofs, ended })
      return await stored(opening, format, head, bytes)
    } finally {
      intake.signal.removeEventListener('abort', stop)
      steady.close()
    }
  } catch (thrown) {
    return failed(opening, thrown)
  }
}

const stored = async (
  opening: Opening,
  format: StreamFormat,
  head: Head & StreamHead,
  bytes: BelievedBytes,
): Promise<Reply> => {
  const { route, intake } = opening
  let made: TakenStream | undefined
  try {
    made = await format.take(head, bytes, `${route.source}\n${intake.ids.next()}`)
    await bytes.drain()
  } catch (thrown) {
    await discard(made, intake.log)
    const { broken } = bytes
    if (broken === undefined) return notStored(opening, thrown)
    if (broken.as === 'doubted') return doubted(opening, broken.reason)
    if (broken.as === 'reply') return broken.reply
    intake.log.debug({ source: route.source }, 'the sender of a request left')
    return CUT
  }
  if ('status' in made.read) {
    await discard(made, intake.log)
    return flawed(route, made.read)
  }
  const verified = bytes.verified!
  if (verified.ping === true) {
    await discard(made, intake.log)
    return NOT_WANTED
  }
  // Where this throws, the message may have been stored: the file stays, and is swept some day.
  const { reply, stored: kept } = await taken(opening, head, verified, made.read)
  if (!kept) await discard(made, intake.log)
  return reply
}

const notStored = (opening: Opening, thrown: unknown): Reply => {
  if (!isFailure(thrown) || thrown.kind !== 'transient') return failed(opening, thrown)
  const { route, intake } = opening
  intake.log.error(
    { source: route.source, error: `${thrown._tag}: ${thrown.message}` },
    'a file could not be stored; its sender was told to come again',
  )
  return unavailable(STORE_RETRY_AFTER, 'the body could not be stored')
}

/** What cannot be removed now is swept some day. */
const discard = async (made: TakenStream | undefined, log: Logger): Promise<void> => {
  try {
    await made?.discard()
  } catch (thrown) {
    log.warn(
      { error: isFailure(thrown) ? thrown.message : typeof thrown },
      'a file that is not needed was left',
    )
  }
}

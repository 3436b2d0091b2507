import { isFailure, type Accepted, type DecodeFailed, type Incoming, type Json } from '@xconnector/core'
import { RepeatedHeader } from '../verify/repeated-header.js'
import type { FormatFlaw } from './format.js'
import type { Head } from './head.js'
import { incomingOf } from './incoming.js'
import { problem, unavailable } from './problem.js'
import { accepted, acceptedAll, NOT_WANTED, type Reply } from './reply.js'
import type { Opening, Route } from './route.js'

const JOURNAL_RETRY_AFTER = 5
const STOPPED_RETRY_AFTER = 5
const FAILED_RETRY_AFTER = 5

/** What is answered while no runtime has the webhook started. */
export const STOPPED: Reply = unavailable(STOPPED_RETRY_AFTER, 'this webhook is not running')

/** Whether a body may be read now: the webhook at work, or the answer instead. */
export const openFor = (opening: Opening | undefined): Opening | Reply => {
  if (opening === undefined || !opening.open) return STOPPED
  const busy = opening.intake.load()
  return busy === undefined ? opening : unavailable(busy.retryAfter, 'too much is pending')
}

/** Verifies, reads and accepts a body that has come as a whole. Never rejects. */
export const receive = async (opening: Opening, head: Head, raw: Buffer): Promise<Reply> => {
  try {
    const { route, intake, verifier } = opening
    const request = {
      method: head.method,
      path: head.path,
      header: (name: string) => head.header(name),
      headers: (name: string) => head.headers(name),
      raw,
      now: intake.clock.now(),
    }
    const found = verifier.verify(request)
    const verified = found instanceof Promise ? await found : found
    if (!verified.ok) return doubted(opening, verified.reason)
    if (verified.ping === true) return NOT_WANTED
    const reading = route.format.read(head, raw)
    const read = reading instanceof Promise ? await reading : reading
    if ('status' in read) return flawed(route, read)
    const { messages } = read
    const wanted = messages
      .map((message, at) => incomingOf(route, head, verified, message, { at, of: messages.length }))
      .filter((incoming) => isWanted(route, incoming.raw, head))
    if (wanted.length === 0) return NOT_WANTED
    const refused = wanted.length > 1 && (await refusedOf(route, wanted))
    if (refused !== false && refused !== undefined) return refused
    // It may have been asked to stop while the body came.
    if (!opening.open) return STOPPED
    return await accept(opening, wanted, read.list === true || messages.length > 1)
  } catch (thrown) {
    return failed(opening, thrown)
  }
}

const flawed = ({ format }: Route, { status, detail }: FormatFlaw): Reply =>
  problem(status, { detail, ...(status === 415 && { headers: { accept: format.types.join(', ') } }) })

const isWanted = ({ only }: Route, raw: Json, head: Head): boolean => {
  if (only === undefined) return true
  try {
    return only(raw, head)
  } catch {
    // What cannot be told apart is kept: its decoder will say what is wrong with it.
    return true
  }
}

/** The answer to several messages of which one would be refused: then none may be stored. */
const refusedOf = async (
  { undecodable, decode }: Route,
  wanted: readonly Incoming[],
): Promise<Reply | undefined> => {
  if (undecodable !== 'refuse') return undefined
  for (const [i, { raw }] of wanted.entries()) {
    // A decoder may change what it is given.
    const decoded = await decode(JSON.parse(JSON.stringify(raw)) as Json)
    if (decoded._tag === 'Left') return misshapen(decoded.left, [i])
  }
  return undefined
}

const accept = async (opening: Opening, wanted: readonly Incoming[], several: boolean): Promise<Reply> => {
  opening.accepting++
  try {
    const taken = await opening.intake.accept(wanted)
    return several ? answerAll(taken) : answer(taken[0]!)
  } finally {
    if (--opening.accepting === 0) opening.drained?.()
  }
}

const answer = (taken: Accepted): Reply =>
  taken.as === 'refused' ? misshapen(taken.failure, []) : accepted(taken.id)

const answerAll = (taken: readonly Accepted[]): Reply => {
  const ids: string[] = []
  for (const [i, t] of taken.entries()) {
    if (t.as === 'refused') return misshapen(t.failure, [i])
    ids.push(t.id)
  }
  return acceptedAll(ids)
}

const misshapen = (failure: DecodeFailed, at: readonly number[]): Reply => {
  const issues = failure.issues.map((i) => ({ path: [...at, ...i.path], message: i.message }))
  return problem(400, { detail: 'the body does not have the expected shape', with: { issues } })
}

const doubted = ({ route, intake, verifier }: Opening, reason: string): Reply => {
  intake.log.warn(
    { source: route.source, verifier: verifier.name, reason },
    'a webhook request was not believed',
  )
  return reason === 'forbidden'
    ? problem(403)
    : problem(401, { headers: { 'www-authenticate': verifier.name } })
}

/** What is answered when something on the way threw. Nothing was stored. */
const failed = ({ route, intake }: Opening, thrown: unknown): Reply => {
  if (thrown instanceof RepeatedHeader) return problem(400, { detail: thrown.message })
  const { log } = intake
  if ((thrown as { _tag?: unknown } | undefined)?._tag === 'JournalUnavailable') {
    log.error(
      { source: route.source, error: textOf(thrown) },
      'a webhook could not be stored; its sender was told to come again',
    )
    return unavailable(JOURNAL_RETRY_AFTER, 'the message could not be stored')
  }
  log.error({ source: route.source, error: textOf(thrown) }, 'a webhook could not be received')
  // Such as a verifier whose key cannot be had now.
  return isFailure(thrown) && thrown.kind === 'transient'
    ? unavailable(FAILED_RETRY_AFTER, 'the request could not be checked')
    : problem(500)
}

const textOf = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown
  } catch {
    return 'a value that cannot be printed'
  }
}

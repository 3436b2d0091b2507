import { isFailure, type Accepted, type DecodeFailed, type Incoming, type Json } from '@xconnector/core'
import { RepeatedHeader } from '../verify/repeated-header.js'
import type { SignedHead, Verified } from '../verify/verifier.js'
import type { Format, FormatFlaw, ReadMessages } from './format.js'
import type { Head } from './head.js'
import { incomingOf } from './incoming.js'
import { problem, unavailable } from './problem.js'
import { accepted, acceptedAll, NOT_WANTED, type Reply } from './reply.js'
import type { Opening, Route } from './route.js'
import { schemeOf } from './scheme.js'
import { thrownText } from '../text/thrown-text.js'

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

/** The head of a request, as a verifier sees it. */
export const signedHead = (head: Head, now: number): SignedHead => ({
  method: head.method,
  path: head.path,
  query: head.query,
  header: (name) => head.header(name),
  headers: (name) => head.headers(name),
  now,
})

/** Verifies, reads and accepts a body that has come as a whole. Never rejects. */
export const receive = async (opening: Opening, format: Format, head: Head, raw: Buffer): Promise<Reply> => {
  try {
    const { route, intake, verifier } = opening
    const found = verifier.verify({ ...signedHead(head, intake.clock.now()), raw })
    const verified = found instanceof Promise ? await found : found
    if (!verified.ok) return doubted(opening, verified.reason)
    if (verified.ping === true) return NOT_WANTED
    const reading = format.read(head, raw)
    const read = reading instanceof Promise ? await reading : reading
    if ('status' in read) return flawed(route, read)
    return (await taken(opening, head, verified, read)).reply
  } catch (thrown) {
    return failed(opening, thrown)
  }
}

/** What became of the messages of a body. */
export interface Taken {
  readonly reply: Reply
  /** Whether a message was stored: then what it refers to is needed. */
  readonly stored: boolean
}

const notStored = (reply: Reply): Taken => ({ reply, stored: false })

/** Accepts the messages of a body that is believed. Throws what the intake throws: then some may be stored. */
export const taken = async (
  opening: Opening,
  head: Head,
  verified: Verified & { ok: true },
  { messages, list }: ReadMessages,
): Promise<Taken> => {
  const { route } = opening
  const wanted = messages
    .map((message, at) => incomingOf(route, head, verified, message, { at, of: messages.length }))
    .filter((incoming) => isWanted(route, incoming.raw, head))
  if (wanted.length === 0) return notStored(NOT_WANTED)
  const refused = wanted.length > 1 && (await refusedOf(route, wanted))
  if (refused !== false && refused !== undefined) return notStored(refused)
  // It may have been asked to stop while the body came.
  if (!opening.open) return notStored(STOPPED)
  return accept(opening, wanted, list === true || messages.length > 1)
}

/** The answer to a body that is not what the format takes: a 415 names what it is (RFC 9110, 15.5.16; LDP, 7.1). */
export const flawed = ({ method, format }: Route, { status, detail, issues }: FormatFlaw): Reply => {
  const types = format.types.join(', ')
  const headers = { accept: types, ...(method === 'POST' && { 'accept-post': types }) }
  return problem(status, {
    detail,
    ...(status === 415 && { headers }),
    ...(issues !== undefined && issues.length > 0 && { with: { issues } }),
  })
}

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

const accept = async (opening: Opening, wanted: readonly Incoming[], several: boolean): Promise<Taken> => {
  opening.accepting++
  try {
    const found = await opening.intake.accept(wanted)
    const stored = found.some((t) => t.as === 'accepted' || t.as === 'dead')
    return { reply: several ? answerAll(found) : answer(found[0]!), stored }
  } finally {
    if (--opening.accepting === 0) opening.drained?.()
  }
}

const answer = (one: Accepted): Reply =>
  one.as === 'refused' ? misshapen(one.failure, []) : accepted(one.id)

const answerAll = (all: readonly Accepted[]): Reply => {
  const ids: string[] = []
  for (const [i, t] of all.entries()) {
    if (t.as === 'refused') return misshapen(t.failure, [i])
    ids.push(t.id)
  }
  return acceptedAll(ids)
}

const misshapen = (failure: DecodeFailed, at: readonly number[]): Reply => {
  const issues = failure.issues.map((i) => ({ path: [...at, ...i.path], message: i.message }))
  return problem(400, { detail: 'the body does not have the expected shape', with: { issues } })
}

/** The answer to a request that is not believed. */
export const doubted = ({ route, intake, verifier }: Opening, reason: string): Reply => {
  intake.log.warn(
    { source: route.source, verifier: verifier.name, reason },
    'a webhook request was not believed',
  )
  return reason === 'forbidden'
    ? problem(403)
    : problem(401, { headers: { 'www-authenticate': schemeOf(verifier.name) } })
}

/** What is answered when something on the way threw. Nothing was stored. */
export const failed = ({ route, intake }: Opening, thrown: unknown): Reply => {
  if (thrown instanceof RepeatedHeader) return problem(400, { detail: thrown.message })
  const { log } = intake
  if ((thrown as { _tag?: unknown } | undefined)?._tag === 'JournalUnavailable') {
    log.error(
      { source: route.source, error: thrownText(thrown) },
      'a webhook could not be stored; its sender was told to come again',
    )
    return unavailable(JOURNAL_RETRY_AFTER, 'the message could not be stored')
  }
  log.error({ source: route.source, error: thrownText(thrown) }, 'a webhook could not be received')
  // Such as a verifier whose key cannot be had now.
  return isFailure(thrown) && thrown.kind === 'transient'
    ? unavailable(FAILED_RETRY_AFTER, 'the request could not be checked')
    : problem(500)
}

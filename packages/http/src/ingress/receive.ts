import { isUtf8 } from 'node:buffer'
import { isFailure, type Accepted, type Incoming, type Json } from '@xconnector/core'
import { RepeatedHeader } from '../verify/repeated-header.js'
import type { Verified } from '../verify/verifier.js'
import type { Head } from './head.js'
import { notJson } from './json-type.js'
import { keptHeaders } from './kept-headers.js'
import { problem, unavailable } from './problem.js'
import { accepted, NOT_WANTED, type Reply } from './reply.js'
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

/** Verifies, parses and accepts a body that has come as a whole. Never rejects. */
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
    const wrong = notJson(head.header('content-type'), head.header('content-encoding'))
    if (wrong !== undefined) return problem(415, { detail: wrong, headers: { accept: 'application/json' } })
    const incoming = messageOf(route, head, raw, verified)
    if (incoming === undefined) return problem(400, { detail: 'expected JSON in UTF-8' })
    if (!isWanted(route, incoming.raw)) return NOT_WANTED
    // It may have been asked to stop while the body came.
    if (!opening.open) return STOPPED
    return await accept(opening, incoming)
  } catch (thrown) {
    return failed(opening, thrown)
  }
}

const isWanted = ({ only }: Route, raw: Json): boolean => {
  if (only === undefined) return true
  try {
    return only(raw)
  } catch {
    // What cannot be told apart is kept: its decoder will say what is wrong with it.
    return true
  }
}

const accept = async (opening: Opening, incoming: Incoming): Promise<Reply> => {
  opening.accepting++
  try {
    const [taken] = await opening.intake.accept([incoming])
    return answer(taken!)
  } finally {
    if (--opening.accepting === 0) opening.drained?.()
  }
}

const answer = (taken: Accepted): Reply => {
  if (taken.as !== 'refused') return accepted(taken.id)
  const issues = taken.failure.issues.map((i) => ({ path: i.path, message: i.message }))
  return problem(400, { detail: 'the body does not have the expected shape', with: { issues } })
}

const messageOf = (
  route: Route,
  head: Head,
  raw: Buffer,
  verified: Verified & { ok: true },
): Incoming | undefined => {
  if (!isUtf8(raw)) return undefined
  const text = raw.toString('utf8')
  let json: Json
  try {
    json = JSON.parse(text) as Json
  } catch {
    return undefined
  }
  const { dedupe } = route
  const key = dedupe === 'id' ? verified.id : dedupe === 'none' ? undefined : head.header(dedupe.header)
  return {
    raw: json,
    text,
    type: typeOf(route.type, head, json),
    ...(key !== undefined && key !== '' && { dedupe: key }),
    ...(verified.time !== undefined && { time: verified.time }),
    headers: keptHeaders(head, route.kept),
    undecodable: route.undecodable,
  }
}

const DEFAULT_TYPE = 'webhook'

const typeOf = (type: Route['type'], head: Head, json: Json): string => {
  if (typeof type === 'string') return type
  if (typeof type === 'function') return type(json)
  if (type !== undefined && 'header' in type) return head.header(type.header) ?? DEFAULT_TYPE
  const field = type?.field ?? 'type'
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, field)) return DEFAULT_TYPE
  const value = (json as Readonly<Record<string, Json>>)[field]
  return typeof value === 'string' && value !== '' ? value : DEFAULT_TYPE
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

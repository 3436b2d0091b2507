import { failureToJson, isFailure, type Clock, type Logger } from '@xconnector/core'
import type { Head, Params } from '../ingress/head.js'
import { notJson } from '../ingress/json-type.js'
import { problem, unavailable } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import { parseJson } from '../json/parse-json.js'
import { RepeatedHeader } from '../verify/repeated-header.js'
import type { Door } from './door.js'
import { Fields, FieldsWrong, queryFields } from './fields.js'
import { guarded } from './guarded-reply.js'
import type { OpsRequest } from './operator.js'
import type { OpsCall, OpsRoute, Probe, Streamed } from './route.js'
import { fromAnotherSite } from './same-site.js'
import type { Table } from './table.js'

/** A request, of either kind. */
export interface OpsArrival {
  readonly head: Head
  readonly original: OpsRequest['original']
  /** Its body: the bytes, what a parser before us made of it, or the answer instead. */
  body(): Promise<Buffer | { readonly parsed: unknown } | Reply>
}

/** What serves requests. */
export interface Serving {
  readonly table: Table
  readonly door: Door
  readonly open: ReadonlySet<Probe>
  readonly clock: Clock
  readonly log: Logger
  /** In which an answer must be made: milliseconds. */
  readonly timeoutMs: number
}

const RETRY_AFTER = 1

/** Answers a request; undefined where nothing of ours is at its path. */
export const serve = (serving: Serving, arrival: OpsArrival): Promise<Reply | Streamed> | undefined => {
  const found = serving.table.find(arrival.head)
  if (found === undefined) return undefined
  if ('reply' in found) return Promise.resolve(guarded(found.reply))
  return answered(serving, arrival, found.route, found.params).then(guarded)
}

const answered = async (
  serving: Serving,
  arrival: OpsArrival,
  route: OpsRoute,
  params: Params,
): Promise<Reply | Streamed> => {
  const { clock, timeoutMs } = serving
  let cancel = (): void => {}
  const late = new Promise<Reply>((resolve) => {
    cancel = clock.after(timeoutMs, () => resolve(LATE), { background: true })
  })
  const made = answer(serving, arrival, route, params).catch((thrown: unknown) =>
    threw(serving, route, thrown),
  )
  return Promise.race([made, late]).finally(() => cancel())
}

const answer = async (
  { door, open }: Serving,
  arrival: OpsArrival,
  route: OpsRoute,
  params: Params,
): Promise<Reply | Streamed> => {
  const { head, original } = arrival
  const act = route.method === 'POST'
  if (route.probe !== undefined && open.has(route.probe))
    return route.handle({ params, fields: queryFields(''), by: '' })
  const entered = await door(head, original, act ? 'act' : 'look')
  if ('reply' in entered) return entered.reply
  const by = entered.operator.name
  if (!act) return route.handle({ params, fields: queryFields(head.query), by })
  const fields = await fieldsOf(arrival)
  return 'status' in fields ? fields : route.handle({ params, fields, by } satisfies OpsCall)
}

const fieldsOf = async ({ head, body }: OpsArrival): Promise<Fields | Reply> => {
  if (fromAnotherSite(head)) return problem(403, { detail: 'acts are not taken from pages of other sites' })
  const wrong = notJson(head.header('content-type'), head.header('content-encoding'))
  if (wrong !== undefined) return problem(415, { detail: wrong })
  const got = await body()
  if ('status' in got) return got
  const read = 'parsed' in got ? { ok: true as const, value: got.parsed } : parseJson(got, { maxDepth: 8 })
  if (!read.ok) return problem(400, { detail: 'expected a body of JSON' })
  const { value } = read
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Fields(value as Readonly<Record<string, unknown>>)
    : problem(400, { detail: 'expected a JSON object' })
}

const threw = ({ log }: Serving, { method, path }: OpsRoute, thrown: unknown): Reply => {
  if (thrown instanceof FieldsWrong) return thrown.reply
  if (thrown instanceof RepeatedHeader) return problem(400, { detail: thrown.message })
  log.error({ method, path, error: failureToJson(thrown) }, 'ops: it could not be answered')
  return isFailure(thrown) && thrown._tag === 'JournalUnavailable'
    ? unavailable(RETRY_AFTER, 'the journal cannot be read or written now')
    : problem(500)
}

const LATE: Reply = problem(504, { detail: 'it took too long; what was to be done may be done or not' })

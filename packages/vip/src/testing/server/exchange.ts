import type { Operation } from '../contract/operations.js'
import type { SeenRequest } from '../contract/seen.js'
import { violationText, type Violation } from '../contract/violation.js'
import { refusal, type Refusal } from '../platform/refusal.js'
import { metered, type Meter } from '../uploads/metered.js'
import { problem, type Answer } from './answer.js'
import type { Call, House } from './call.js'
import type { Exchanged } from './exchange-log.js'
import type { Fault, Faults } from './faults.js'
import { HANDLERS } from './handlers.js'
import type { IdempotencyStore, Keyed } from './idempotency.js'
import { readJson } from './read-json.js'
import { refuseViolations } from './refuse-violations.js'

/** What every exchange shares. */
export interface Desk {
  readonly house: House
  readonly faults: Faults
  readonly keys: IdempotencyStore
  readonly token: string
  /** Whether an answer that departs from the contract is answered 500 instead. */
  readonly strict: boolean
  violated(violations: readonly Violation[]): void
  log(exchange: Exchanged): void
}

/** One request from its arrival to its answer; `cut`: the connection is to break instead. */
export const exchange = async (desk: Desk, request: Request, base: string): Promise<Answer | 'cut'> => {
  const { clock } = desk.house
  const at = clock.now()
  const url = new URL(request.url)
  const path = url.pathname.slice(new URL(base).pathname.replace(/\/$/, '').length)
  const fault = desk.faults.take(request.method, path)
  const meter: Meter = { bytes: 0 }
  if (fault !== undefined && 'delay' in fault) await clock.sleep(fault.delay)
  const { answer, ...facts } =
    fault !== undefined && 'status' in fault
      ? { answer: faulty(fault) }
      : await answered(desk, withBody(desk, request, meter, fault), { path, query: url.search, base }).catch(
          (thrown: unknown) => ({ answer: problem(refusal(500, 'server_error', String(thrown))) }),
        )
  const cut = meter.ended === 'cut' || (fault !== undefined && 'lose' in fault)
  const key = request.headers.get('idempotency-key')
  const offset = request.headers.get('upload-offset')
  desk.log({
    method: request.method,
    path: path + url.search,
    ...facts,
    status: cut || meter.ended === 'broken' ? 0 : answer.status,
    bytes: meter.bytes,
    at,
    ms: clock.now() - at,
    ...(key !== null && { idempotencyKey: key }),
    ...(offset !== null && { uploadOffset: Number(offset) }),
  })
  return cut ? 'cut' : answer
}

interface Place {
  readonly path: string
  readonly query: string
  readonly base: string
}

interface Answered {
  readonly answer: Answer
  readonly operation?: string
  readonly replayed?: true
}

const answered = async (desk: Desk, request: Request, { path, query, base }: Place): Promise<Answered> => {
  const { contract } = desk.house
  const found = contract.match(request.method, path)
  if (typeof found === 'string') {
    const seen = { method: request.method, path, headers: request.headers }
    return { answer: problem(refused(desk, seen)!) }
  }
  const operation = found.operation.id
  if (request.headers.get('authorization') !== `Bearer ${desk.token}`)
    return {
      operation,
      answer: problem(refusal(401, 'unauthorized', 'the bearer token is missing or wrong')),
    }
  const json = await readJson(request)
  if (json._tag === 'Left') return { operation, answer: problem(json.left) }
  const seen: SeenRequest = {
    method: request.method,
    path: path + query,
    headers: request.headers,
    ...(json.right !== undefined && { body: json.right }),
  }
  const refusedBy = refused(desk, seen)
  if (refusedBy !== undefined) return { operation, answer: problem(refusedBy) }
  const call: Call = {
    params: found.params,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: json.right,
    request,
    base,
  }
  const { answer, replayed } = await handle(desk, found.operation, call, `${seen.method} ${seen.path}`)
  return { operation, answer: judged(desk, seen, answer), ...(replayed && { replayed }) }
}

const refused = (desk: Desk, seen: SeenRequest): Refusal | undefined => {
  const violations = desk.house.contract.request(seen)
  desk.violated(violations)
  return refuseViolations(violations)
}

const withBody = (desk: Desk, request: Request, meter: Meter, fault: Fault | undefined): Request => {
  if (request.body === null) return request
  const { clock } = desk.house
  const body = metered(request.body, meter, {
    clock,
    ...(fault !== undefined && 'cutAfter' in fault && { cutAfter: fault.cutAfter }),
    ...(fault !== undefined && 'bytesPerSecond' in fault && { bytesPerSecond: fault.bytesPerSecond }),
  })
  const { method, headers, url } = request
  return new Request(url, { method, headers, body, duplex: 'half' })
}

const handle = async (
  { house, keys }: Desk,
  operation: Operation,
  call: Call,
  line: string,
): Promise<Keyed> => {
  const run = (): Answer | Promise<Answer> => HANDLERS[operation.id]!(house, call)
  const key = call.headers.get('idempotency-key')
  const takesKey = operation.parameters.some(({ name }) => name === 'Idempotency-Key')
  return key !== null && takesKey
    ? keys.once(key, `${line}\n${JSON.stringify(call.body)}`, run)
    : { answer: await run(), replayed: false }
}

const judged = (desk: Desk, seen: SeenRequest, given: Answer): Answer => {
  const { body, ...bare } = given
  // The body of an answer to HEAD does not go out.
  const sent = seen.method === 'HEAD' || body === undefined ? bare : given
  const violations = desk.house.contract.response(seen, sent)
  desk.violated(violations)
  return violations.length > 0 && desk.strict
    ? problem(refusal(500, 'contract_violation', violations.map(violationText).join('; ')))
    : given
}

const faulty = (fault: Fault & { readonly status: number; readonly retryAfter?: number }): Answer => {
  const code = { 429: 'rate_limited', 500: 'server_error', 503: 'unavailable' }[fault.status]!
  const { retryAfter } = fault
  return problem({
    ...refusal(fault.status, code, 'a planted fault'),
    ...(retryAfter !== undefined && { retryAfter }),
  })
}

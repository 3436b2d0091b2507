import type { Clock } from '@xconnector/core'
import type { DeclaredClient } from '../../client/declared.js'
import type { AnsweredKeys } from './answered-keys.js'
import type { RemoteFault } from './fault.js'
import type { FaultScript } from './fault-script.js'
import { mockRequest, type Arrived, type MockRequest } from './mock-request.js'
import type { MockHandling } from './on.js'
import { nearest, paramsOf } from './paths.js'
import { Refused } from './refused.js'
import { answerOf, type RemoteAnswer } from './remote-answer.js'
import { problem } from './reply.js'
import { shownRequest, type MockedRequest } from './request-log.js'
import { cut, onWire, type OnTheWire } from './on-wire.js'

/** What every exchange of a mocked remote shares. */
export interface Desk {
  readonly client: DeclaredClient
  readonly clock: Clock
  readonly closed: AbortSignal
  readonly faults: FaultScript
  readonly keys: AnsweredKeys
  handlings(): readonly MockHandling[]
  log(request: MockedRequest): void
  /** Something that no test means to happen: a request without a handler, or a handler that threw. */
  trouble(what: string): void
}

/** What became of one arrival. */
interface Outcome {
  readonly answer: RemoteAnswer
  readonly call?: string
  readonly replayed?: true
}

/** One request from its arrival to its answer. `path`: below the base. */
export const exchange = async (desk: Desk, request: Request, path: string): Promise<OnTheWire> => {
  const at = desk.clock.now()
  const arrived: Arrived = {
    method: request.method,
    path,
    query: new URL(request.url).searchParams,
    headers: request.headers,
    bytes: new Uint8Array(await request.arrayBuffer()),
  }
  const key = unquoted(request.headers.get(desk.client.keyHeader))
  const log = ({ answer, call, replayed }: Outcome, broke: boolean, fault?: RemoteFault): void =>
    desk.log({
      ...shownRequest(arrived, desk.client),
      call,
      key,
      status: broke ? 0 : answer.status,
      at,
      ...(fault && { fault: fault.as }),
      ...(replayed && { replayed }),
    })
  const found = find(desk, arrived, key)
  if ('answer' in found) {
    log(found, false)
    return onWire(found.answer)
  }
  const { handling, given } = found
  const call = handling.says.name
  const fault = desk.faults.take(handling.says, given)
  if (fault?.as === 'drop') {
    log({ answer: NOTHING, call }, true, fault)
    return cut
  }
  if (fault?.as === 'status' && !fault.done) {
    log({ answer: fault, call }, false, fault)
    return onWire(fault)
  }
  let outcome = await handled(desk, handling, given, arrived)
  if (fault?.as === 'duplicate') {
    log(outcome, false, fault)
    outcome = await handled(desk, handling, given, arrived)
  }
  if (fault?.as === 'slow') await desk.clock.sleep(fault.ms, desk.closed).catch(() => {})
  const answer = fault?.as === 'status' ? fault : outcome.answer
  log({ ...outcome, answer }, fault?.as === 'lost' || fault?.as === 'truncated', fault)
  switch (fault?.as) {
    case 'lost':
      return cut
    case 'truncated':
      return onWire(answer, { truncated: fault.bytes })
    case 'malformed':
      return onWire({
        status: answer.status === 204 ? 200 : answer.status,
        headers: answer.headers,
        body: MALFORMED,
      })
    default:
      return onWire(answer)
  }
}

const NOTHING: RemoteAnswer = { status: 0, headers: {} }
const MALFORMED = '{"this is": no JSON'

const find = (
  desk: Desk,
  arrived: Arrived,
  key: string | undefined,
): { readonly handling: MockHandling; readonly given: MockRequest } | Outcome => {
  const { method, path } = arrived
  try {
    for (const handling of desk.handlings()) {
      if (handling.says.method !== method && !(method === 'HEAD' && handling.says.method === 'GET')) continue
      const params = paramsOf(handling.path, path)
      if (params === undefined) continue
      const given = mockRequest(arrived, params, key)
      if (handling.when === undefined || handling.when(given)) return { handling, given }
    }
  } catch (thrown) {
    if (thrown instanceof Refused) return { answer: thrown.reply }
    return { answer: threw(desk, `${method} ${path}`, thrown) }
  }
  const near = nearest(desk.handlings(), method, path)
  const hint = near ? `; the nearest is ${near.says.method} ${near.path} ("${near.says.name}")` : ''
  const what = `no handler for ${method} ${path} of "${desk.client.name}"${hint}`
  desk.trouble(what)
  return { answer: problem(501, { title: 'The mocked remote has no handler', detail: what }) }
}

const handled = async (
  desk: Desk,
  handling: MockHandling,
  given: MockRequest,
  { method, path, bytes }: Arrived,
): Promise<Outcome> => {
  const call = handling.says.name
  const handle = async (): Promise<RemoteAnswer> => {
    try {
      return await answerOf(await handling.handle(given), handling.says.streamed, given)
    } catch (thrown) {
      return thrown instanceof Refused ? thrown.reply : threw(desk, `the handler of "${call}"`, thrown)
    }
  }
  if (!handling.idempotency || given.key === undefined) return { answer: await handle(), call }
  const line = `${method} ${path}?${given.query.toString()}`
  const { answer, replayed } = await desk.keys.once(given.key, [line, bytes], handle)
  return { answer, call, ...(replayed && { replayed }) }
}

// A status that is neither sent again nor taken for trouble of the network.
const threw = (desk: Desk, who: string, thrown: unknown): RemoteAnswer => {
  const what = `${who} threw: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  desk.trouble(what)
  return problem(501, { title: 'The handler of the mocked remote threw', detail: what })
}

/** An idempotency key as it was before it was sent: a structured-field string, or bare. */
const unquoted = (value: string | null): string | undefined => {
  if (value === null) return undefined
  return /^"(?:[^"\\]|\\["\\])*"$/.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value
}

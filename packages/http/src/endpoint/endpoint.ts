import { millis, stderrLogger, systemClock, type AnyDecoder, type Clock, type Logger } from '@xconnector/core'
import { checkFlag, checkFunction, checkMade, checkRecord, checkText } from '../config/check-option.js'
import { onceRules } from '../idempotency/once.js'
import type { Limits } from '../ingress/place.js'
import type { Routes } from '../ingress/routes.js'
import { corsOf } from './cors.js'
import { requestDecoder } from './decode-request.js'
import { doorOf } from './door.js'
import type { CommonOptions, Endpoint, EndpointMethod } from './endpoint-options.js'
import type { AnswerFor, Ending } from './failure-answers.js'
import type { AnswerTable } from './failure-reply.js'
import type { Preflights } from './preflights.js'
import { shapeOf, type ResponseCodec } from './response.js'
import { Serving, type EndpointRules } from './serving.js'
import { checkAnswer, type Statuses } from './statuses.js'

/** What the endpoints of one ingress share. */
export interface EndpointPorts {
  readonly routes: Routes
  readonly preflights: Preflights
  readonly basePath: string
  readonly limits: Limits
  readonly clock: Clock | undefined
  readonly log: Logger | undefined
}

/** Options of an endpoint, its types forgotten: the compiler has compared them. */
export type AnyEndpointOptions = CommonOptions<
  string,
  AnyDecoder | undefined,
  AnyDecoder | undefined,
  AnyDecoder | undefined,
  AnyDecoder | undefined,
  unknown,
  never,
  unknown,
  Ending
> & {
  readonly failures?: Readonly<Record<string, AnswerFor<never>>>
  readonly otherwise?: Statuses | undefined
  readonly response?: ResponseCodec | ((body: never) => unknown) | undefined
}

const METHODS: readonly string[] = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'QUERY',
] satisfies EndpointMethod[]
const PATH = /^(?:\/(?::[A-Za-z_]\w*|[A-Za-z0-9\-._~!$&'()+,;=@%]*))+$/

/** Declares an endpoint. @throws TypeError naming the option that makes no sense, or when the place is taken. */
export const endpointOf = (ports: EndpointPorts, options: AnyEndpointOptions): Endpoint => {
  const { method } = options
  if (!METHODS.includes(method))
    throw new TypeError(
      `endpoint method: expected one of ${METHODS.join(', ')}, got ${JSON.stringify(method)}`,
    )
  if (typeof options.path !== 'string' || !PATH.test(options.path))
    throw new TypeError(
      `endpoint path: expected a path like "/products/:sku", without a query, got ${JSON.stringify(options.path)}`,
    )
  const path = ports.basePath + options.path
  const at = `endpoint ${method} ${path}`
  const rules = rulesOf(ports, options, path, at)
  const clock = options.clock ?? ports.clock ?? systemClock
  const log = options.log ?? ports.log ?? stderrLogger(() => clock.now())
  const serving = new Serving(rules, clock, log)
  const place = { path, kind: 'endpoint', open: serving.open.bind(serving) }
  ports.routes.declare({ ...place, method })
  if (method === 'GET') ports.routes.declare({ ...place, method: 'HEAD' })
  if (rules.cors !== undefined) ports.preflights.add(method, path, rules.cors)
  return { name: rules.name, method, path }
}

const rulesOf = (
  ports: EndpointPorts,
  options: AnyEndpointOptions,
  path: string,
  at: string,
): EndpointRules => {
  const {
    method,
    flow,
    input,
    formats = {},
    reply,
    cache,
    idempotency,
    concurrency = 256,
    maxBytes,
  } = options
  checkParts(options, at)
  const name = options.name ?? `${method} ${path}`
  if (typeof flow?.call !== 'function')
    throw new TypeError(`${at} flow: expected an open flow, or a query or target of a client`)
  for (const type of Object.keys(formats))
    if (!/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type))
      throw new TypeError(`${at} formats: expected media types in lower case, got ${JSON.stringify(type)}`)
  if (cache !== undefined && (method !== 'GET' || !isHeaderText(cache.control)))
    throw new TypeError(`${at} cache.control: expected a Cache-Control, and the method GET`)
  if (idempotency !== undefined && (method === 'GET' || method === 'QUERY'))
    throw new TypeError(`${at} idempotency: a ${method} has no effect to be done once`)
  for (const [option, n] of Object.entries({ concurrency, ...(maxBytes !== undefined && { maxBytes }) }))
    if (!Number.isSafeInteger(n) || n < 1)
      throw new TypeError(`${at} ${option}: expected a whole number of 1 or more, got ${String(n)}`)
  const timeoutMs = millis(options.timeout ?? '30s', `${at} timeout`)
  if (timeoutMs <= 0) throw new TypeError(`${at} timeout: expected a duration longer than nothing`)
  return {
    name,
    method,
    path,
    door: doorOf(options.authorize, name, `${at} authorize`),
    decode: requestDecoder(options, at),
    input,
    flow,
    table: tableOf(options, at),
    success: { shape: shapeOf(options.response, `${at} response`), formats, reply, cache },
    once: idempotency && onceRules(idempotency, `${at} idempotency`),
    keyed: {
      required: idempotency?.required ?? false,
      form: idempotency?.form ?? 'quoted',
      scope: idempotency?.scope ?? (() => ''),
    },
    cors: options.cors && corsOf(options.cors, `${at} cors`),
    timeoutMs,
    concurrency,
    limits: maxBytes === undefined ? undefined : { ...ports.limits, maxBytes },
  }
}

/** What is looked at only when a request is there. */
const checkParts = (options: AnyEndpointOptions, at: string): void => {
  const { name, input, reply, formats, cache, clock, log, failures } = options
  if (name !== undefined) checkText(`${at} name`, name)
  checkFunction(`${at} input`, input)
  checkFunction(`${at} reply`, reply)
  checkRecord(`${at} formats`, formats)
  for (const [type, f] of Object.entries(formats ?? {}))
    checkMade(`${at} formats ${type}`, 'a function', f, 'call')
  checkRecord(`${at} cache`, cache)
  checkFlag(`${at} cache.etag`, cache?.etag)
  checkRecord(`${at} failures`, failures)
  if (clock !== undefined) checkMade(`${at} clock`, 'a clock', clock, 'now', 'after')
  if (log !== undefined) checkMade(`${at} log`, 'a logger', log, 'info', 'warn', 'error')
}

const isHeaderText = (text: unknown): boolean =>
  typeof text === 'string' && /^[\x21-\x7e][\x20-\x7e]*$/.test(text)

const tableOf = ({ failures = {}, otherwise }: AnyEndpointOptions, at: string): AnswerTable => {
  for (const [tag, answer] of Object.entries(failures)) checkAnswer(`${at} failures ${tag}`, answer)
  return { failures, otherwise }
}

import { checkMade } from '../config/check-option.js'
import { checkKnown, millis, type AnyDecoder, type Decoded, type Source } from '@xconnector/core'
import type { Endpoint, EndpointOptions } from '../endpoint/endpoint-options.js'
import { endpointOf, type AnyEndpointOptions } from '../endpoint/endpoint.js'
import type { Ending } from '../endpoint/failure-answers.js'
import { Preflights } from '../endpoint/preflights.js'
import type { ResponseCodec } from '../endpoint/response.js'
import type { Statuses } from '../endpoint/statuses.js'
import type { FileOptions } from '../files/file-options.js'
import { fileOf } from '../files/file.js'
import { atLeastOne } from '../files/stream-rules.js'
import type { ReceivedFile } from '../files/received-file.js'
import { fetchHandler, type FetchHandler } from './fetch-handler.js'
import { Holdings } from './holdings.js'
import { nodeHandler, type NodeHandler } from './node-handler.js'
import type { IngressOptions, WebhookOptions } from './options.js'
import { Routes } from './routes.js'
import { webhookOf } from './webhook.js'

/** Where webhooks and calls of endpoints come in: mounted on the user's server by either handler. */
export interface Ingress {
  /** For `node:http`, and as a middleware. Mount it before any body parser. */
  readonly node: NodeHandler
  /**
   * For the `checkContinue` event of a `node:http` server. A sender of a large body that asks first (`Expect: 100-continue`) is told
   * to send only when its request may be read; else it has its answer, such as 401, 413 or 503, without having sent anything.
   *
   * @example
   * createServer(hooks.node).on('checkContinue', hooks.checkContinue)
   */
  readonly checkContinue: NodeHandler
  /** For servers that speak WHATWG `Request` and `Response`. */
  readonly fetch: FetchHandler
  /**
   * Declares a webhook, and gives the source of its messages. It answers 503 until a runtime starts the source.
   *
   * @throws TypeError when the place is taken, or an option makes no sense.
   */
  webhook<D extends AnyDecoder>(options: WebhookOptions<D>): Source<Decoded<D>>
  /**
   * Declares a place for files of any size, and gives the source of their messages. A body goes to the store as it comes; when
   * the file is durable its message is stored, and then it is answered with 202. A body that is not believed, too long, too slow or
   * cut short leaves nothing behind.
   *
   * @throws TypeError when the place is taken, or an option makes no sense.
   */
  file<const P extends string>(options: FileOptions<P>): Source<ReceivedFile<P>>
  /**
   * Declares an endpoint: it calls an open flow, and answers with what that gives. Nothing of it is stored; what must not be lost
   * is a webhook's.
   *
   * @throws TypeError when the place is taken, or an option makes no sense.
   */
  endpoint<
    const P extends string,
    In,
    Out,
    L extends Ending,
    C = undefined,
    PD extends AnyDecoder | undefined = undefined,
    QD extends AnyDecoder | undefined = undefined,
    HD extends AnyDecoder | undefined = undefined,
    BD extends AnyDecoder | undefined = undefined,
    R extends ResponseCodec | undefined = undefined,
    Rest extends Statuses | undefined = undefined,
  >(
    options: EndpointOptions<P, PD, QD, HD, BD, C, In, Out, L, R, Rest>,
  ): Endpoint
}

/**
 * An ingress. A request goes through, in this order: its route (404, 405), the intake's load (503 before the body is
 * read), size (413) and time (408) of the body, the verifier over the raw bytes (401, 403), JSON (415, 400), and the
 * journal. 202 means that the message is stored, and 503 that it is not; errors are problems (RFC 9457).
 *
 * @example
 * const hooks = ingress({ basePath: '/hooks' })
 * const orders = hooks.webhook({ path: '/orders', body: Order, verify: standardWebhooks({ secret: env.HOOK }) })
 * createServer(hooks.node).listen(3000)
 */
export const ingress = (options: IngressOptions = {}): Ingress => {
  checkKnown('ingress', options, KNOWN)
  const basePath = checkedBase(options.basePath ?? '')
  const maxBytes = options.maxBytes ?? 1024 * 1024
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new TypeError(`ingress maxBytes: expected a number of bytes, 1 or more, got ${String(maxBytes)}`)
  if (options.clock !== undefined) checkMade('ingress clock', 'a clock', options.clock, 'now', 'after')
  const limits = { maxBytes, timeoutMs: millis(options.timeout ?? '10s', 'ingress timeout') }
  const holdings = new Holdings({
    bodies: atLeastOne(options.maxBodies ?? 1024, 'ingress maxBodies'),
    bytes: atLeastOne(options.maxHeldBytes ?? 64 * 1024 * 1024, 'ingress maxHeldBytes'),
  })
  const routes = new Routes()
  const { clock, log } = options
  const parts = { routes, limits, holdings, clock: options.clock }
  const ports = { routes, preflights: new Preflights(routes), basePath, limits, clock, log }
  return {
    node: nodeHandler({ ...parts, waits: false }),
    checkContinue: nodeHandler({ ...parts, waits: true }),
    fetch: fetchHandler(routes, limits, holdings, options.clock),
    webhook: (webhook) => webhookOf(routes, basePath, webhook),
    file: (file) => fileOf(routes, basePath, file),
    endpoint: (endpoint) => endpointOf(ports, endpoint as unknown as AnyEndpointOptions),
  }
}

const KNOWN: Readonly<Record<keyof IngressOptions, 1>> = {
  basePath: 1,
  maxBytes: 1,
  timeout: 1,
  maxBodies: 1,
  maxHeldBytes: 1,
  clock: 1,
  log: 1,
}

const checkedBase = (path: string): string => {
  if (path !== '' && !/^\/[^\s?#]*[^\s?#/]$/.test(path))
    throw new TypeError(`ingress basePath: expected a path like "/hooks", got ${JSON.stringify(path)}`)
  return path
}

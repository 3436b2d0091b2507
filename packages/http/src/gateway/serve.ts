import type { Readable } from 'node:stream'
import type { Logger } from '@xconnector/core'
import { problem } from '../ingress/problem.js'
import type { Backend } from './backend/backend.js'
import type { Cache } from './cache/cache.js'
import { changed, type Exchange } from './exchange.js'
import { Relay } from './relay.js'
import type { RouteSettings } from './route/route-settings.js'
import { routingTable } from './route/table.js'
import { targetPath, type TargetPath } from './route/target-path.js'
import { Routed } from './routed.js'
import type { GatewaySettings } from './settings.js'
import type { AnswerRules } from './wire/answer-headers.js'
import { limited } from './wire/body-limit.js'
import { addForwarded } from './wire/forwarded.js'
import type { Front } from './wire/front.js'
import { valueOf, without } from './wire/header-list.js'
import { requestHead, type RequestHead } from './wire/request-head.js'
import { thrownText } from '../text/thrown-text.js'

const TAKES_NO_BODY = /^(?:GET|HEAD|OPTIONS)$/
const EXPECTS_BODY = /^(?:POST|PUT|PATCH)$/
const BAD_TARGET = problem(400, { detail: 'expected a path without empty or dot segments', close: true })
const LOOP = problem(508, { detail: 'the request has come through here before', close: true })

/** What takes the requests of a gateway. `false`: no route is for it, and nothing was answered. */
export type Serve = (front: Front) => boolean

/** Serves requests by settings: checks them, finds their route, makes the backend's request of them, and sends it on. */
export const server = (
  settings: GatewaySettings,
  backends: ReadonlyMap<string, Backend>,
  cache: Cache | undefined,
): Serve => {
  const find = routingTable(settings.routes)
  const via = settings.name
  const rules = new Map<RouteSettings, AnswerRules>()
  const rulesOf = (route: RouteSettings, backend: Backend): AnswerRules => {
    let known = rules.get(route)
    if (known === undefined) {
      const { setCookie, authorization } = route.pass
      const { base } = backend.place
      const { auth } = backend
      known = {
        setCookie,
        challenges: authorization,
        base,
        mount: route.mount,
        via: `1.1 ${via}`,
        ...(auth && { ownHeaders: new Set(auth.headers), ownQuery: auth.query ?? [] }),
      }
      rules.set(route, known)
    }
    return known
  }

  return (front) => {
    const target = targetPath(front.target)
    if (target === undefined) return answered(front, BAD_TARGET)
    const head = requestHead(front)
    if ('malformed' in head) return answered(front, problem(400, { detail: head.malformed, close: true }))
    const header = (name: string): string | undefined => headerOf(head, name)
    const located = settings.locale?.({ ...target, header })
    const found = find({
      method: front.method,
      path: located?.path ?? target.path,
      hostname: head.host.replace(/:\d+$/, ''),
      locale: located?.locale,
      header,
    })
    if (!('route' in found)) {
      if (found.allow === undefined) return false
      return answered(front, problem(405, { headers: { allow: found.allow } }))
    }
    if (head.via !== undefined && isLoop(head.via, via)) return answered(front, LOOP)
    const { route } = found
    const body = bodyOf(front, head, settings.maxRequestBytes)
    if (body !== undefined && 'status' in body) return answered(front, body)
    const backend = backends.get(route.backend.name)!
    try {
      const finding = { target, params: found.params, locale: located?.locale }
      const routed = new Routed(front, head, finding, settings.trusted)
      const headers = backendHeaders(
        front,
        head,
        backend,
        route,
        located?.locale,
        settings,
        body !== undefined,
      )
      const changes = route.request?.(routed)
      const exchange: Exchange = {
        front,
        route,
        backend,
        routed,
        rules: rulesOf(route, backend),
        vary: located === undefined ? found.vary : [...located.vary, ...found.vary],
        credentials: hasCredentials(route, head),
        log: settings.log,
        outgoing: {
          method: front.method,
          path: backendPath(backend, route, target, located?.path, found.params, located?.locale),
          headers: changed(headers, changes),
          body,
        },
      }
      if (cache !== undefined && route.stale !== undefined) cache.serve(exchange)
      else new Relay(exchange, {}).start()
    } catch (error) {
      reported(settings.log, route, error)
      return answered(front, problem(500))
    }
    return true
  }
}

const answered = (front: Front, reply: Parameters<Front['reply']>[0]): true => {
  front.reply(reply)
  return true
}

const reported = (log: Logger, { name }: RouteSettings, error: unknown): void =>
  log.error({ route: name, error: thrownText(error) }, 'a request could not be prepared')

const isLoop = (via: string, name: string): boolean =>
  via.split(',').some((hop) => hop.trim().split(/\s+/)[1] === name)

const headerOf = (head: RequestHead, name: string): string | undefined =>
  name === 'cookie'
    ? head.cookie
    : name === 'host'
      ? head.host
      : (valueOf(head.headers, name) ?? valueOf(head.keys, name))

const hasCredentials = ({ pass }: RouteSettings, head: RequestHead): boolean =>
  (pass.authorization && (head.authorization !== undefined || head.keys.length > 0)) ||
  (pass.cookie && head.cookie !== undefined)

const bodyOf = (
  front: Front,
  head: RequestHead,
  most: number,
): Readable | undefined | Parameters<Front['reply']>[0] => {
  const length = head.contentLength === undefined ? 0 : Number(head.contentLength)
  if (length === 0 && !head.chunked) return undefined
  if (TAKES_NO_BODY.test(front.method))
    return problem(400, { detail: `expected no body with ${front.method}`, close: true })
  if (length > most) return problem(413, { detail: `expected at most ${most} bytes`, close: true })
  const body = front.body()
  return body !== undefined && head.chunked ? limited(body, most, front) : body
}

const backendPath = (
  backend: Backend,
  route: RouteSettings,
  target: TargetPath,
  matched: string | undefined,
  params: Readonly<Record<string, string>>,
  locale: string | undefined,
): string => {
  const path = route.rewrite?.(matched ?? target.path, params, locale) ?? target.path
  // A parameter is one or more segments of a path that was checked; but what they make together is checked again.
  if (targetPath(path) === undefined) throw new Error(`the path was rewritten to one that is not regular`)
  const query = route.query === undefined ? target.query : route.query(target.query)
  return backend.place.basePath + path + (query === '' ? '' : `?${query}`)
}

const backendHeaders = (
  front: Front,
  head: RequestHead,
  backend: Backend,
  route: RouteSettings,
  locale: string | undefined,
  settings: GatewaySettings,
  hasBody: boolean,
): string[] => {
  const own = backend.auth?.headers
  let { headers } = head
  if (own !== undefined) headers = without(headers, ...own)
  if (route.localeHeader !== undefined) headers = without(headers, route.localeHeader)
  if (route.json !== undefined) headers = without(headers, 'accept-encoding', 'range', 'if-range')
  const out = ['host', backend.place.origin.host, ...headers]
  const hop = `${front.version} ${settings.name}`
  out.push('via', head.via === undefined ? hop : `${head.via}, ${hop}`)
  addForwarded(out, front, head, settings.forwarded, settings.trusted)
  if (route.localeHeader !== undefined && locale !== undefined) out.push(route.localeHeader, locale)
  if (route.pass.authorization && head.authorization !== undefined && own?.includes('authorization') !== true)
    out.push('authorization', head.authorization)
  if (route.pass.authorization) out.push(...(own === undefined ? head.keys : without(head.keys, ...own)))
  if (route.pass.cookie && head.cookie !== undefined) out.push('cookie', head.cookie)
  if (hasBody && head.contentLength !== undefined) out.push('content-length', head.contentLength)
  else if (!hasBody && EXPECTS_BODY.test(front.method)) out.push('content-length', '0')
  return out
}

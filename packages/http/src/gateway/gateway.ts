import { createDestination, left, right, target, type Setting, type Target } from '@xconnector/core'
import { settingsIn } from '../config/settings-in.js'
import type { FetchHandler } from '../ingress/fetch-handler.js'
import type { NodeHandler } from '../ingress/node-handler.js'
import { problem } from '../ingress/problem.js'
import { Backend } from './backend/backend.js'
import { Cache } from './cache/cache.js'
import type { Purge } from './cache/removals.js'
import type { GatewayOptions } from './options.js'
import { PurgeFailed } from './purge-failed.js'
import { server } from './serve.js'
import { settingsOf } from './settings.js'
import { FetchFront } from './wire/fetch-front.js'
import { NodeFront } from './wire/node-front.js'

/** Routes requests of sites, apps and portals to backends, and caches what they answer. */
export interface Gateway {
  /** For `node:http`, and as a middleware: with `next`, what no route is for goes on. Mount it before any body parser. */
  readonly node: NodeHandler
  /** For servers that speak WHATWG `Request` and `Response`. */
  readonly fetch: FetchHandler
  /**
   * Removes answers from the cache: by key (see `cacheKey`), by tag (`Surrogate-Key`, `Cache-Tag`), or by the beginning of
   * keys. An answer that is on its way meanwhile is not stored. A target for flows; `purge.now(…)` for plain calls.
   */
  readonly purge: Target<Purge, Purged, PurgeFailed> & {
    /** Purges outside of a flow; rejects with `PurgeFailed`. */
    now(purge: Purge): Promise<Purged>
  }
  /** What it reads from the configuration: for `checkConfig`. */
  readonly settings: readonly Setting<unknown>[]
  /** Closes the connections to the backends. Requests afterwards open new ones. */
  close(): void
}

/** What a purge has done. */
export interface Purged {
  /** How many stored answers it removed. */
  readonly removed: number
}

const NOT_FOUND = problem(404)

/**
 * A content gateway. A request goes, in this order, through: its target and framing (400), its route (404, 405), the size of its
 * body (413), the cache, the circuit and the concurrency limit of its backend (503), and the backend (502, 504). Errors are
 * problems (RFC 9457) that say nothing of the backends.
 *
 * Backends are only ever those of the table. The client's credentials and cookies do not pass unless a route says so; a
 * backend's own are added behind, and are never shown.
 *
 * @example
 * const content = gateway({
 *   backends: { cms: { baseUrl: env.CMS_URL, auth: apiKey({ header: 'x-api-key', key: env.CMS_KEY }) } },
 *   routes: [{ path: '/content/**', to: 'cms', rewrite: { strip: '/content', prefix: '/v3' } }],
 *   cache: { staleIfError: '1h' },
 * })
 * createServer(content.node).listen(8080)
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const gateway = <const B extends string>(options: GatewayOptions<B>): Gateway => {
  if (
    typeof options.backends !== 'object' ||
    options.backends === null ||
    Object.keys(options.backends).length === 0
  )
    throw new TypeError('gateway backends: expected at least one backend, by name')
  const settings = settingsOf(options)
  const { name, clock, log, config, transport, maxRequestBytes } = settings
  const backends = new Map(
    [...settings.backends].map(([key, one]) => [key, new Backend(one, { clock, log, config, transport })]),
  )
  const cache = settings.cache && new Cache(name, settings.cache, clock, log)
  const serve = server(settings, backends, cache)
  const purge = async (what: Purge): Promise<Purged> => {
    try {
      return { removed: cache === undefined ? 0 : await cache.purge(checkedPurge(what)) }
    } catch (error) {
      if (error instanceof TypeError) throw error
      throw new PurgeFailed(`the cache of gateway "${name}" could not be purged`)
    }
  }
  return {
    node(request, response, next) {
      const front = new NodeFront(request, response, clock, maxRequestBytes)
      try {
        if (serve(front)) return
        if (typeof next === 'function') next()
        else front.reply(NOT_FOUND)
      } catch {
        if (front.started) front.abort()
        else front.reply(problem(500))
      }
    },
    async fetch(request) {
      const front = new FetchFront(request)
      try {
        if (!serve(front)) front.reply(NOT_FOUND)
      } catch {
        if (front.started) front.abort()
        else front.reply(problem(500))
      }
      return front.response
    },
    purge: Object.assign(
      target({
        name: `purge-${name}`,
        destination: createDestination({ name: `${name}/cache`, circuit: false }),
        effect: 'idempotent' as const,
        async call(what: Purge) {
          try {
            return { result: right(await purge(what)), seen: { as: 'ok' as const } }
          } catch (error) {
            if (!(error instanceof PurgeFailed)) throw error
            return { result: left(error), seen: { as: 'failed' as const } }
          }
        },
      }),
      { now: purge },
    ),
    settings: Object.values<GatewayOptions<B>['backends'][B]>(options.backends).flatMap(
      ({ baseUrl, auth }) => [...settingsIn([baseUrl]), ...(auth?.settings ?? [])],
    ),
    close() {
      for (const backend of backends.values()) backend.close()
    },
  }
}

const checkedPurge = (what: Purge): Purge => {
  const [value, another] = Object.values(what) as unknown[]
  if (typeof value === 'string' && value !== '' && another === undefined) return what
  throw new TypeError('purge: expected one of { key }, { tag } and { prefix }, with a text that is not empty')
}

import { checkList } from '../../config/check-option.js'
import type { BackendSettings } from '../backend/backend.js'
import type { CacheSettings } from '../cache/settings.js'
import { staleSettings, type StaleSettings } from '../cache/stale-settings.js'
import type { GatewayOptions, JsonMapping, PassOptions, RouteOptions } from '../options.js'
import { checkRoute } from './check-route.js'
import { namesIn, pathRewriter, type PathRewriter } from './rewrite-path.js'
import { queryRewriter } from './rewrite-query.js'

/** One row of the routing table, checked. */
export interface RouteSettings {
  /** Its place in the table. */
  readonly index: number
  readonly name: string
  readonly path: string
  readonly methods: ReadonlySet<string>
  /** `Allow`, for 405. */
  readonly allow: string
  readonly hosts: readonly RegExp[] | undefined
  /** Headers that decide, by lower-case name. */
  readonly headers: readonly (readonly [name: string, value: string | true])[]
  readonly locales: ReadonlySet<string> | undefined
  readonly backend: BackendSettings
  readonly rewrite: PathRewriter | undefined
  /** What of the front's path stands for the backend's URL, to turn its redirects around; `undefined`: cannot be told. */
  readonly mount: string | undefined
  readonly query: ((query: string) => string) | undefined
  readonly localeHeader: string | undefined
  readonly pass: Required<PassOptions>
  readonly stale: StaleSettings | undefined
  readonly request: RouteOptions<string>['request']
  readonly response: RouteOptions<string>['response']
  readonly json: { readonly map: JsonMapping['response']; readonly maxBytes: number } | undefined
}

const METHOD = /^[A-Z][A-Z\d!#$%&'*+.^_`|~-]*$/
const FIELD = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/** Checks the routes. @throws TypeError naming the route and the option. */
export const routeSettings = (
  options: GatewayOptions<string>,
  backends: ReadonlyMap<string, BackendSettings>,
  cache: CacheSettings | undefined,
  at: string,
): readonly RouteSettings[] => {
  checkList(`${at} routes`, options.routes)
  if (options.routes.length === 0) throw new TypeError(`${at} routes: expected at least one route`)
  return options.routes.map((route, index) => {
    const name = route.name ?? route.path
    const where = `${at} route ${JSON.stringify(name)}`
    const backend = backends.get(route.to)
    if (backend === undefined)
      throw new TypeError(`${where} to: expected a backend of this gateway, got ${JSON.stringify(route.to)}`)
    if (typeof route.path !== 'string' || !/^\/[^\s?#]*$/.test(route.path))
      throw new TypeError(
        `${where} path: expected a pattern like "/content/**", got ${JSON.stringify(route.path)}`,
      )
    if (route.locale !== undefined && options.locale === undefined)
      throw new TypeError(`${where} locale: expected the gateway's own \`locale\` option beside it`)
    checkRoute(route, where)
    const methods = methodsOf(route, where)
    checkRewrite(route, where)
    const { strip, prefix, path: template } = route.rewrite ?? {}
    return {
      index,
      name,
      path: route.path,
      methods,
      allow: [...methods].join(', '),
      hosts: route.host === undefined ? undefined : listOf(route.host).map((h) => hostPattern(h, where)),
      headers: Object.entries(route.headers ?? {}).map(
        ([n, v]) => [fieldName(n, `${where} headers`), v] as const,
      ),
      locales: localesOf(route, options, where),
      backend,
      rewrite: pathRewriter(route.rewrite),
      mount:
        template === undefined && (prefix ?? '') === '' && options.locale === undefined
          ? (strip ?? '')
          : undefined,
      query: queryRewriter(route.query),
      localeHeader: route.localeHeader && fieldName(route.localeHeader, `${where} localeHeader`),
      pass: {
        authorization: route.pass?.authorization ?? false,
        cookie: route.pass?.cookie ?? false,
        setCookie: route.pass?.setCookie ?? false,
      },
      stale:
        cache === undefined || route.cache === false
          ? undefined
          : staleSettings(route.cache, cache.stale, where),
      request: route.request,
      response: route.response,
      json: route.json && { map: route.json.response, maxBytes: route.json.maxBytes ?? 1024 * 1024 },
    }
  })
}

const methodsOf = (route: RouteOptions<string>, at: string): ReadonlySet<string> => {
  const methods = route.methods ?? ['GET', 'HEAD']
  for (const method of methods)
    if (!METHOD.test(method) || method === 'CONNECT' || method === 'TRACE')
      throw new TypeError(
        `${at} methods: expected names like "GET", never CONNECT or TRACE, got ${JSON.stringify(method)}`,
      )
  if (methods.length === 0) throw new TypeError(`${at} methods: expected at least one method`)
  return new Set(methods)
}

const checkRewrite = ({ path, rewrite }: RouteOptions<string>, at: string): void => {
  if (rewrite === undefined) return
  for (const option of ['strip', 'prefix'] as const) {
    const value = rewrite[option]
    if (value !== undefined && value !== '' && !/^\/[^\s?#]*[^\s?#/]$/.test(value))
      throw new TypeError(`${at} rewrite.${option}: expected a path like "/v3", got ${JSON.stringify(value)}`)
  }
  const { path: template } = rewrite
  if (template === undefined) return
  if (rewrite.strip !== undefined || rewrite.prefix !== undefined)
    throw new TypeError(`${at} rewrite: expected either path, or strip and prefix`)
  if (!/^\/[^\s?#]*$/.test(template))
    throw new TypeError(`${at} rewrite.path: expected a path like "/v3/:id", got ${JSON.stringify(template)}`)
  const known = new Set([...namesIn(path), 'locale'])
  for (const name of namesIn(template))
    if (!known.has(name)) throw new TypeError(`${at} rewrite.path: ":${name}" is no parameter of its path`)
}

const localesOf = (
  { locale }: RouteOptions<string>,
  options: GatewayOptions<string>,
  at: string,
): ReadonlySet<string> | undefined => {
  if (locale === undefined) return undefined
  for (const one of listOf(locale))
    if (!options.locale!.supported.includes(one))
      throw new TypeError(`${at} locale: expected supported locales, got ${JSON.stringify(one)}`)
  return new Set(listOf(locale))
}

const hostPattern = (host: string, at: string): RegExp => {
  if (!/^(?:\*\.)?[a-z\d.-]+$/i.test(host))
    throw new TypeError(
      `${at} host: expected "www.example.com" or "*.example.com", got ${JSON.stringify(host)}`,
    )
  const text = host.toLowerCase().replaceAll('.', '\\.').replace('*', '[^.]+')
  return new RegExp(`^${text}\\.?$`, 'i')
}

const fieldName = (name: string, at: string): string => {
  if (FIELD.test(name.toLowerCase())) return name.toLowerCase()
  throw new TypeError(`${at}: expected a header name, got ${JSON.stringify(name)}`)
}

const listOf = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one)

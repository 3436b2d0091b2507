import { addRoute, createRouter, findAllRoutes } from 'rou3'
import type { RouteSettings } from './route-settings.js'

/** What of a request the table looks at. */
export interface TableRequest {
  readonly method: string
  /** Without the locale's segment. */
  readonly path: string
  /** Without a port. */
  readonly hostname: string
  readonly locale: string | undefined
  header(name: string): string | undefined
}

/** A row that matched. */
export interface RouteFound {
  readonly route: RouteSettings
  readonly params: Readonly<Record<string, string>>
  /** The request headers that were looked at. */
  readonly vary: readonly string[]
}

/** Why none did: 404, or 405 with the methods that there are. */
export interface RouteMissing {
  readonly allow: string | undefined
}

interface Match {
  readonly route: RouteSettings
  readonly params: Readonly<Record<string, string>>
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({})
const NO_VARY: readonly string[] = Object.freeze([])
const EVERYTHING = '/**'

/** The routing table: of the rows whose path fits, the first in order whose other conditions hold. */
export const routingTable = (
  routes: readonly RouteSettings[],
): ((request: TableRequest) => RouteFound | RouteMissing) => {
  const router = createRouter<RouteSettings>()
  for (const route of routes) if (route.path !== EVERYTHING) addRoute(router, '', route.path, route)
  const everything = routes
    .filter((r) => r.path === EVERYTHING)
    .map((route) => ({ route, params: NO_PARAMS }))
  const onlyEverything = everything.length === routes.length
  const matches = (path: string): readonly Match[] => {
    if (onlyEverything) return everything
    const found: Match[] = findAllRoutes(router, '', path).map(({ data, params }) => ({
      route: data,
      params: params ?? NO_PARAMS,
    }))
    found.push(...everything)
    return found.length > 1 ? found.sort((a, b) => a.route.index - b.route.index) : found
  }
  return (request) => {
    let vary = NO_VARY
    let allow: string[] | undefined
    for (const { route, params } of matches(request.path)) {
      if (route.hosts !== undefined && !route.hosts.some((h) => h.test(request.hostname))) continue
      if (route.locales !== undefined && !route.locales.has(request.locale ?? '')) continue
      if (route.headers.length > 0) {
        vary = [...vary, ...route.headers.map(([name]) => name)]
        if (!route.headers.every(([name, value]) => holds(request.header(name), value))) continue
      }
      if (route.methods.has(request.method)) return { route, params, vary }
      ;(allow ??= []).push(...route.methods)
    }
    return { allow: allow && [...new Set(allow)].join(', ') }
  }
}

const holds = (given: string | undefined, wanted: string | true): boolean =>
  wanted === true ? given !== undefined : given?.trim() === wanted

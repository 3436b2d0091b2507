import { problem } from './problem.js'
import type { Head } from './head.js'
import type { Reply } from './reply.js'
import type { Route } from './route.js'

/** The routes of one ingress, by path, then by method. */
export type Routes = Map<string, Map<string, Route>>

/**
 * Adds a route.
 *
 * @throws TypeError when the place is taken.
 */
export const declare = (routes: Routes, route: Route): void => {
  const methods = routes.get(route.path) ?? new Map<string, Route>()
  if (methods.has(route.method))
    throw new TypeError(`webhook ${route.method} ${route.path} is declared twice`)
  routes.set(route.path, methods.set(route.method, route))
}

/** The route of a request, or why there is none: 404, or 405 with `Allow`. */
export const find = (routes: Routes, head: Head): Route | Reply => {
  const methods = routes.get(head.path)
  if (methods === undefined) return NOT_FOUND
  return methods.get(head.method) ?? problem(405, { headers: { allow: [...methods.keys()].join(', ') } })
}

/** No webhook is declared there. */
export const NOT_FOUND: Reply = problem(404)

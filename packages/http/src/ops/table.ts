import { addRoute, createRouter, findRoute, type RouterContext } from 'rou3'
import { NO_PARAMS, type Head, type Params } from '../ingress/head.js'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import type { OpsRoute } from './route.js'

type Methods = Map<string, OpsRoute>

/** The routes of one mount, by path and method. */
export class Table {
  readonly #router: RouterContext<Methods> = createRouter<Methods>()

  constructor(basePath: string, routes: readonly OpsRoute[]) {
    const paths = new Map<string, Methods>()
    for (const route of routes) {
      const methods: Methods = paths.get(route.path) ?? new Map<string, OpsRoute>()
      if (methods.size === 0) addRoute(this.#router, '', basePath + route.path, methods)
      paths.set(route.path, methods.set(route.method, route))
    }
  }

  /** The route of a request, with the parameters of its path; the answer instead; undefined where there is nothing. */
  find(
    head: Head,
  ): { readonly route: OpsRoute; readonly params: Params } | { readonly reply: Reply } | undefined {
    const found = findRoute(this.#router, '', head.path)
    if (found === undefined) return undefined
    const methods = found.data
    // Whoever may GET may HEAD (RFC 9110, 9.3.2).
    const route = methods.get(head.method === 'HEAD' ? 'GET' : head.method)
    if (route === undefined) return { reply: otherwise(head.method, methods) }
    const params = decoded(found.params)
    return params === undefined ? { reply: MALFORMED } : { route, params }
  }
}

const otherwise = (method: string, methods: Methods): Reply => {
  const all = [...methods.keys(), ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS']
  const headers = { allow: all.join(', ') }
  return method === 'OPTIONS' ? { status: 204, headers, body: '' } : problem(405, { headers })
}

const decoded = (params: Readonly<Record<string, string>> | undefined): Params | undefined => {
  if (params === undefined) return NO_PARAMS
  try {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
    )
  } catch {
    return undefined
  }
}

const MALFORMED: Reply = problem(400, { detail: 'path: expected percent-encoded UTF-8' })

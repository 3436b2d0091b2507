import type { Head } from '../ingress/head.js'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import type { Routes } from '../ingress/routes.js'
import type { Cors } from './cors.js'

/** Answers the preflights of an ingress: one place for each path, whatever methods its endpoints have. */
export class Preflights {
  readonly #paths = new Map<string, Map<string, Cors>>()
  readonly #routes: Routes

  constructor(routes: Routes) {
    this.#routes = routes
  }

  add(method: string, path: string, cors: Cors): void {
    const known = this.#paths.get(path)
    if (known !== undefined) return void known.set(method, cors)
    const methods = new Map([[method, cors]])
    this.#paths.set(path, methods)
    this.#routes.declare({ method: 'OPTIONS', path, kind: 'endpoint', open: (head) => answer(head, methods) })
  }
}

const answer = (head: Head, methods: ReadonlyMap<string, Cors>): Reply => {
  const [asked] = head.headers('access-control-request-method')
  const allow = [...methods.keys()].join(', ')
  if (asked === undefined) return { status: 204, headers: { allow }, body: '' }
  const cors = methods.get(asked)
  if (cors === undefined) return problem(405, { headers: { allow } })
  const said = cors.preflight(head)
  const permitted = Object.keys(said).length > 0 && { 'access-control-allow-methods': asked }
  return {
    status: 204,
    headers: {
      vary: 'origin, access-control-request-method, access-control-request-headers',
      ...said,
      ...permitted,
    },
    body: '',
  }
}

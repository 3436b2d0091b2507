import { addRoute, createRouter, findRoute, type RouterContext } from 'rou3'
import { NO_PARAMS, type Head, type Params } from './head.js'
import type { Place } from './place.js'
import { problem } from './problem.js'
import type { Reply } from './reply.js'

type Methods = Map<string, Place>

/** The places of one ingress. A path without parameters is preferred to one with. */
export class Routes {
  readonly #fixed = new Map<string, Methods>()
  readonly #patterns = new Map<string, Methods>()
  readonly #router: RouterContext<Methods> = createRouter<Methods>()

  /** @throws TypeError when the place is taken. */
  declare(place: Place): void {
    const { method, path, kind } = place
    const shape = path.replace(/\/:[^/]+/g, '/:')
    const known = shape === path ? this.#fixed : this.#patterns
    const methods = known.get(shape) ?? new Map<string, Place>()
    if (methods.has(method)) throw new TypeError(`${kind} ${method} ${path} is declared twice`)
    const [other] = methods.values()
    if (other !== undefined && other.path !== path)
      throw new TypeError(
        `${kind} ${method} ${path} and ${other.path} are one path; name their parameters alike`,
      )
    if (shape !== path && methods.size === 0) addRoute(this.#router, '', path, methods)
    known.set(shape, methods.set(method, place))
  }

  /** The place of a request, whose parameters are set in the head; or why there is none: 400, 404, or 405 with `Allow`. */
  find(head: Head): Place | Reply {
    let methods = this.#fixed.get(head.path)
    if (methods === undefined && this.#patterns.size > 0) {
      const found = findRoute(this.#router, '', head.path)
      // The router takes a slash at the end for nothing; paths are compared exactly.
      if (found !== undefined && endsAlike(found.data, head.path)) {
        const params = decoded(found.params)
        if (params === undefined) return MALFORMED
        head.params = params
        methods = found.data
      }
    }
    if (methods === undefined) return NOT_FOUND
    return methods.get(head.method) ?? problem(405, { headers: { allow: [...methods.keys()].join(', ') } })
  }
}

const endsAlike = (methods: Methods, path: string): boolean => {
  const [place] = methods.values()
  return place!.path.endsWith('/') === path.endsWith('/')
}

const decoded = (params: Readonly<Record<string, string>> | undefined): Params | undefined => {
  if (params === undefined) return NO_PARAMS
  const out: Record<string, string> = {}
  try {
    for (const [name, value] of Object.entries(params)) out[name] = decodeURIComponent(value)
  } catch {
    return undefined
  }
  return out
}

/** Nothing is declared there. */
export const NOT_FOUND: Reply = problem(404)

const MALFORMED: Reply = problem(400, { detail: 'path: expected percent-encoded UTF-8' })

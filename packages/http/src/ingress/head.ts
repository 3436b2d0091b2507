/** The head of a request, of either kind. Header names are given in lower case. */
export interface Head {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** What stands behind the `?`, as it came; empty where there is none. */
  readonly query: string
  /** The path's parameters, decoded. Set when its place has been found. */
  params: Params
  /** The one value of a header. Throws `RepeatedHeader` when there are several. */
  header(name: string): string | undefined
  headers(name: string): readonly string[]
  /** Every header, by its name in lower case; those that came more than once as a list, in order. */
  all(): Readonly<Record<string, string | readonly string[]>>
}

/** Values of a path's `:names`. */
export type Params = Readonly<Record<string, string>>

/** Of a path without any. */
export const NO_PARAMS: Params = Object.freeze({})

/** A request target in two: the path, without scheme and host where a proxy sent them, and the query. */
export const partsOf = (target: string): { readonly path: string; readonly query: string } => {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? '' : target.slice(mark + 1)
  if (path.startsWith('/')) return { path, query }
  const scheme = path.indexOf('://')
  if (scheme === -1) return { path, query }
  // A path that is not there is `/`, and never what looks like one in the query (RFC 9112, 3.2.2).
  const from = path.indexOf('/', scheme + 3)
  return { path: from === -1 ? '/' : path.slice(from), query }
}

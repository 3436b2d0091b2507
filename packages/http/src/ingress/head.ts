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
  const from = target.startsWith('/') ? 0 : Math.max(0, target.indexOf('/', target.indexOf('://') + 3))
  const mark = target.indexOf('?', from)
  if (mark === -1) return { path: from === 0 ? target : target.slice(from), query: '' }
  return { path: target.slice(from, mark), query: target.slice(mark + 1) }
}

/** The head of a request, of either kind. Header names are given in lower case. */
export interface Head {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** The one value of a header. Throws `RepeatedHeader` when there are several. */
  header(name: string): string | undefined
  headers(name: string): readonly string[]
}

/** The path of a request target: without query, and without scheme and host where a proxy sent them. */
export const pathOf = (target: string): string => {
  const from = target.startsWith('/') ? 0 : Math.max(0, target.indexOf('/', target.indexOf('://') + 3))
  const query = target.indexOf('?', from)
  return query === -1 ? (from === 0 ? target : target.slice(from)) : target.slice(from, query)
}

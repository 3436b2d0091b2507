/** Which query parameters go to a backend. */
export interface QueryRewriteOptions {
  /** Only these go on; left out: all. Keeps unknown ones from missing the cache. */
  readonly keep?: readonly string[]
  /** These are taken off, such as `'utm_source'`. */
  readonly drop?: readonly string[]
  /** These are put in, in place of what came. */
  readonly set?: Readonly<Record<string, string>>
  /** Sorts the rest by name, so that one set of parameters is one cache entry. Default `false`. */
  readonly sort?: boolean
}

/** A rewriter of queries; `undefined` where they go on as they came. */
export const queryRewriter = (
  options: QueryRewriteOptions | undefined,
): ((query: string) => string) | undefined => {
  if (options === undefined) return undefined
  const { keep, drop = [], set = {}, sort = false } = options
  const kept = keep && new Set(keep)
  const gone = new Set([...drop, ...Object.keys(set)])
  return (query) => {
    const out = new URLSearchParams()
    for (const [name, value] of new URLSearchParams(query))
      if (kept?.has(name) !== false && !gone.has(name)) out.append(name, value)
    for (const [name, value] of Object.entries(set)) out.append(name, value)
    if (sort) out.sort()
    return out.toString()
  }
}

/** The parts of a query by name: a text, or a list of texts where a name came more than once. */
export type QueryParts = Readonly<Record<string, string | readonly string[]>>

/** More pairs than this are no query that somebody wrote. */
const MOST = 1000

/**
 * A query's parts, decoded as forms are (WHATWG URL: `+` is a space), but strictly: `undefined` where its percent-encoding is
 * not that of UTF-8, or there are more than 1000 pairs.
 */
export const queryParts = (query: string): QueryParts | undefined => {
  const parts = new Map<string, string | string[]>()
  const pairs = query.split('&', MOST + 1)
  if (pairs.length > MOST) return undefined
  for (const pair of pairs) {
    if (pair === '') continue
    const mark = pair.indexOf('=')
    const name = text(mark === -1 ? pair : pair.slice(0, mark))
    const value = mark === -1 ? '' : text(pair.slice(mark + 1))
    if (name === undefined || value === undefined) return undefined
    const before = parts.get(name)
    if (before === undefined) parts.set(name, value)
    else if (typeof before === 'string') parts.set(name, [before, value])
    else before.push(value)
  }
  // Own properties, whatever they are called: `__proto__` is a name like any other.
  return Object.fromEntries(parts)
}

const text = (encoded: string): string | undefined => {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

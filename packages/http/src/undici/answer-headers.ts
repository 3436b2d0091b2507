// Of those, `node:http` keeps the first.
const SINGLE: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

/** Headers of an answer as `node:http` gives them: repeated ones joined or dropped by its rules, `set-cookie` as a list. */
export const answerHeaders = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, unknown> => {
  const out: Record<string, unknown> = {}
  for (const name in headers) {
    const value = headers[name]
    if (name === 'set-cookie') out[name] = typeof value === 'string' ? [value] : value
    else if (Array.isArray(value))
      out[name] = SINGLE.has(name) ? value[0] : value.join(name === 'cookie' ? '; ' : ', ')
    else out[name] = value
  }
  return out
}

/** The directives of a `Cache-Control` (RFC 9111, 5.2), by lower-case name; `true` where one has no value. */
export type Directives = Readonly<Record<string, string | true>>

const DIRECTIVE =
  /[\s,]*([!#$%&'*+.^_`|~\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?\s*(?=,|$)|[\s,]*[^,]+/gy
const LONGEST = 2 ** 31

/** Reads a `Cache-Control`. What is malformed is left out; of a directive that comes twice the first counts. */
export const directivesOf = (header: string | undefined): Directives => {
  if (header === undefined) return NONE
  const out = Object.create(null) as Record<string, string | true>
  for (const [, name, quoted, token] of header.matchAll(DIRECTIVE)) {
    if (name === undefined) continue
    const key = name.toLowerCase()
    if (!(key in out)) out[key] = quoted?.replace(/\\(.)/g, '$1') ?? token ?? true
  }
  return out
}

const NONE: Directives = Object.freeze(Object.create(null) as Directives)

/** A directive's seconds: 0 where they are malformed, `undefined` where there is no such directive. */
export const secondsOf = (directives: Directives, name: string): number | undefined => {
  const value = directives[name]
  if (value === undefined) return undefined
  return typeof value === 'string' && /^\d+$/.test(value) ? Math.min(Number(value), LONGEST) : 0
}

/** Directives as a header, for the policy library, which reads names in lower case only. */
export const textOf = (directives: Directives): string =>
  Object.entries(directives)
    .map(([name, value]) => (value === true ? name : `${name}="${value.replace(/[",]/g, ' ')}"`))
    .join(', ')

const RANGE = /^\s*(\*|[a-z]{1,8}(?:-[a-z\d]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i
// More ranges than any browser sends are an attempt to keep us busy.
const MOST_RANGES = 32
// A tag is shortened part by part: one of thousands of parts would take as many looks at all of it.
const LONGEST = 100

/**
 * The language tag that suits an `Accept-Language` best, by the lookup of RFC 4647, section 3.4: each range, the most
 * preferred first (RFC 9110, 12.5.4), is shortened from its end until it is one of the supported tags.
 *
 * @returns a tag as it is spelt in `supported`, or `undefined` when none was asked for. `*` asks for none in particular.
 */
export const lookupLanguage = (accept: string, supported: readonly string[]): string | undefined => {
  const ranges = accept
    .split(',', MOST_RANGES)
    .map((part) => (part.length > LONGEST ? null : RANGE.exec(part)))
    .filter((m) => m !== null)
    .map(([, tag, q]) => ({ tag: tag!.toLowerCase(), q: q === undefined ? 1 : Number(q) }))
  const refused = new Set(ranges.filter((r) => r.q === 0).map((r) => r.tag))
  const wanted = ranges.filter((r) => r.q > 0).sort((a, b) => b.q - a.q)
  for (const { tag } of wanted) {
    const found = matching(tag, supported)
    if (found !== undefined && !refused.has(found.toLowerCase())) return found
  }
  return undefined
}

const matching = (range: string, supported: readonly string[]): string | undefined => {
  let tag = range
  while (tag !== '') {
    const found = supported.find((s) => s.toLowerCase() === tag)
    if (found !== undefined) return found
    // A single letter or digit introduces what follows it, and goes with it.
    tag = tag.replace(/(?:^|-)[^-]+$/, '').replace(/-[^-]$/, '')
  }
  return undefined
}

/**
 * Which of some media types an `Accept` prefers (RFC 9110, 12.5.1): the most specific range says a type's weight; of equal
 * weights the first type. `undefined` where it takes none of them. A missing or malformed one takes everything.
 */
export const preferred = (accept: string | undefined, offered: readonly string[]): string | undefined => {
  const ranges = accept === undefined ? undefined : rangesOf(accept)
  if (ranges === undefined) return offered[0]
  let best: string | undefined
  let most = 0
  for (const type of offered) {
    const weight = weightOf(type, ranges)
    if (weight > most) {
      best = type
      most = weight
    }
  }
  return best
}

interface Range {
  readonly type: string
  readonly q: number
}

const LONGEST = 4096
const TYPE = /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/
const QUALITY = /^q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i

const rangesOf = (accept: string): readonly Range[] | undefined => {
  if (accept.length > LONGEST || accept.trim() === '') return undefined
  const ranges: Range[] = []
  for (const part of accept.split(',')) {
    if (part.trim() === '') continue
    const [type = '', ...parameters] = part.split(';').map((p) => p.trim())
    if (!TYPE.test(type.toLowerCase())) return undefined
    const [q = '1'] = parameters.flatMap((p) => QUALITY.exec(p)?.[1] ?? [])
    ranges.push({ type: type.toLowerCase(), q: Number(q) })
  }
  return ranges.length === 0 ? undefined : ranges
}

const weightOf = (type: string, ranges: readonly Range[]): number => {
  const [main] = type.split('/')
  const of = (wanted: string): number | undefined => ranges.find((r) => r.type === wanted)?.q
  return of(type) ?? of(`${main}/*`) ?? of('*/*') ?? 0
}

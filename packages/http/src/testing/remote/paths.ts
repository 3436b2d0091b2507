import type { MockHandling } from './on.js'

/** The values of a path's `:names`, decoded; `undefined`: it is another path. */
export const paramsOf = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const params = Object.create(null) as Record<string, string>
  for (const [i, segment] of wanted.entries()) {
    if (!segment.startsWith(':')) {
      if (segment !== given[i]) return undefined
      continue
    }
    const value = decoded(given[i]!)
    if (value === undefined || value === '') return undefined
    params[segment.slice(1)] = value
  }
  return { ...params }
}

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** Fewer names first: `/pages/latest` before `/pages/:uid`. Else as they were given. */
export const bySpecificity = (handlings: readonly MockHandling[]): readonly MockHandling[] =>
  handlings.toSorted((a, b) => names(a.path) - names(b.path))

const names = (path: string): number => path.split('/').filter((s) => s.startsWith(':')).length

/** The declared path that is most like one that nobody declared. */
export const nearest = (
  handlings: readonly MockHandling[],
  method: string,
  path: string,
): MockHandling | undefined => {
  const scored = handlings.map((handling) => ({
    handling,
    // Another method on the right path is nearer than the right method on another path.
    far: 2 * distance(handling.path, path) + (handling.says.method === method ? 0 : 1),
  }))
  return scored.toSorted((a, b) => a.far - b.far)[0]?.handling
}

/** How many edits lead from one path to the other, a segment that is a name counting as whatever stands there. */
const distance = (pattern: string, path: string): number => {
  const given = path.split('/')
  const filled = pattern
    .split('/')
    .map((segment, i) => (segment.startsWith(':') ? (given[i] ?? segment) : segment))
  return edits(filled.join('/').slice(0, MOST), path.slice(0, MOST))
}

const MOST = 200

const edits = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

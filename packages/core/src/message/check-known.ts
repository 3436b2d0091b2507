/**
 * Refuses options that are not known, most often slips of the pen: `timeuot`. What is `undefined` is not there. For those who
 * write adapters; `known`: a member for each option; 0 for those that nobody is told of.
 *
 * @throws TypeError naming the option, and the known one that is nearest, or all of them.
 */
export const checkKnown = (
  what: string,
  options: object | null | undefined,
  known: Readonly<Record<string, 0 | 1>>,
): void => {
  for (const [name, value] of Object.entries(options ?? {})) {
    if (value === undefined || Object.hasOwn(known, name)) continue
    const names = Object.keys(known).filter((n) => known[n] === 1)
    const near = names.find((n) => distance(n, name) <= Math.max(1, n.length / 3))
    throw new TypeError(
      `${what}: ${name}: expected an option that there is: ${near === undefined ? names.join(', ') : `"${near}"`}`,
    )
  }
}

/** How many letters differ (Levenshtein). */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

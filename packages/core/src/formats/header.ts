/** What is wrong with the names of columns, or undefined. */
export const problemOf = (names: readonly string[], require: readonly string[] = []): string | undefined => {
  const seen = new Set<string>()
  for (const [i, name] of names.entries()) {
    if (name === '') return `column ${i + 1} has no name`
    if (seen.has(name)) return `two columns have one name, ${quoted([name])}`
    // Setting it would change what a row is, not what it has.
    if (name === '__proto__') return `column ${i + 1} may not be named __proto__`
    seen.add(name)
  }
  const missing = require.filter((name) => !seen.has(name))
  return missing.length > 0 ? `there is no column ${quoted(missing)}` : undefined
}

/** Names of columns for a message, which stays short. */
export const quoted = (names: readonly string[]): string =>
  names
    .slice(0, 10)
    .map((name) => JSON.stringify(name.slice(0, 80)))
    .join(', ')

const MASK = '…'
const LEAVES = 200
const DEPTH = 8
/** Shorter texts are masked only in quotes: they say nothing, and would garble the words of the message. */
const WORD = 4

/**
 * A message without the value it complains about: every text and number found in `value` is masked. Needed because
 * some schema libraries (valibot, arktype) and custom messages print what they received.
 */
export const withoutValues = (message: string, value: unknown): string => {
  const texts = new Set<string>()
  collect(value, texts, 0)
  let clean = message
  for (const text of [...texts].toSorted((a, b) => b.length - a.length)) {
    if (text === '') continue
    const escaped = JSON.stringify(text).slice(1, -1)
    if (text.length >= WORD) clean = clean.replaceAll(escaped, MASK).replaceAll(text, MASK)
    else for (const q of ['"', "'", '`']) clean = clean.replaceAll(q + text + q, q + MASK + q)
  }
  return clean
}

/** The value at a path, or undefined where there is none. Never throws. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown => {
  try {
    let at = value
    for (const key of path) at = (at as Record<PropertyKey, unknown> | null | undefined)?.[key]
    return at
  } catch {
    return undefined
  }
}

const collect = (value: unknown, into: Set<string>, depth: number): void => {
  if (into.size >= LEAVES || depth > DEPTH) return
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    into.add(String(value))
    return
  }
  if (value === null || typeof value !== 'object') return
  try {
    for (const inner of Object.values(value)) collect(inner, into, depth + 1)
  } catch {
    // A getter that throws has no value to print.
  }
}

import { inspect } from 'node:util'
import type { Row } from './entry.ts'
import { CANARY } from './kinds.ts'

/** Calls with one nonsense value at a time; gives a line for each that was not refused as it should be. */
export const judge = async (exported: string, row: Row): Promise<readonly string[]> => {
  const wrong: string[] = []
  const good = await outcome(row, row.good)
  if (good !== undefined) wrong.push(`${exported}: the arguments that make sense: ${inspect(good)}`)
  for (const [path, kind] of Object.entries(row.kinds))
    for (const [shown, value] of kind.values) {
      const flaw = flawOf(row.named ?? exported, path, await outcome(row, replaced(row.good, path, value)))
      if (flaw !== undefined) wrong.push(`${exported}({ ${path}: ${shown} }): ${flaw}`)
    }
  return wrong
}

/** What it throws or rejects with; nothing when it takes its arguments. */
const outcome = async (row: Row, given: Row['good']): Promise<unknown> => {
  try {
    await row.call(given)
    return undefined
  } catch (thrown) {
    return thrown ?? 'it threw nothing'
  }
}

const flawOf = (exported: string, path: string, thrown: unknown): string | undefined => {
  if (thrown === undefined) return 'taken'
  if (!(thrown instanceof TypeError)) return `expected a TypeError, got ${inspect(thrown, { depth: 0 })}`
  const text = thrown.message
  if (inspect(thrown, { depth: 5 }).includes(CANARY)) return 'the secret is in the error'
  if (BY_CHANCE.test(text)) return `failed by chance: ${text}`
  const option = path.split('.').at(-1)!
  if (!text.includes(exported)) return `does not name ${exported}: ${text}`
  if (!option.startsWith('_') && !new RegExp(`\\b${option}\\b`).test(text))
    return `does not name ${option}: ${text}`
  if (!SAYS_WHAT.test(text)) return `does not say what was expected: ${text}`
  return undefined
}

/** How the platform says that nobody looked at the value. */
const BY_CHANCE =
  /Cannot (read|set|convert|use|mix|destructure)|is not (a function|iterable|a constructor|an object|defined)|must be of type|undefined \(|Invalid URL|Class extends|circular structure/

const SAYS_WHAT = /expected|must be/

const replaced = (
  good: Readonly<Record<string, unknown>>,
  path: string,
  value: unknown,
): Readonly<Record<string, unknown>> => {
  const [first, ...rest] = path.split('.') as [string, ...string[]]
  if (rest.length === 0) return { ...good, [first]: value }
  const inner = (good[first] ?? {}) as Readonly<Record<string, unknown>>
  return { ...good, [first]: replaced(inner, rest.join('.'), value) }
}

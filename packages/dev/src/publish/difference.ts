import { diff } from 'node:util'

const CONTEXT = 2

/** The declaration in which a line of a report stands: `export interface Flow<…> {`. */
const declarationOf = (lines: readonly string[], at: number): string | undefined => {
  for (let i = at; i >= 0; i--) {
    const line = lines[i]!
    if (line === '') return undefined
    if (/^(export |declare |interface |type |const |class |function |abstract |namespace )/.test(line))
      return line
  }
  return undefined
}

/**
 * What changed from one report to another, for a reader: removed lines with `-`, added ones with `+`, two lines around
 * them, and before each group the declaration it stands in. Empty when nothing did.
 */
export const difference = (before: string, after: string): string => {
  const moves = diff(before.split('\n'), after.split('\n'))
  const changed = moves.flatMap(([kind], i) => (kind === 0 ? [] : [i]))
  const shown = new Set(
    changed.flatMap((i) => Array.from({ length: 2 * CONTEXT + 1 }, (_, k) => Math.max(0, i - CONTEXT + k))),
  )
  const texts = moves.map(([, line]) => line)
  return moves
    .flatMap(([kind, line], i) => {
      if (!shown.has(i)) return []
      const declaration = shown.has(i - 1) ? undefined : declarationOf(texts, i)
      const heading = shown.has(i - 1)
        ? []
        : [`@@ ${declaration === line ? '' : (declaration ?? '')}`.trimEnd()]
      return [...heading, `${kind === 0 ? ' ' : kind > 0 ? '-' : '+'} ${line}`.trimEnd()]
    })
    .join('\n')
}

/** A leaf of an `exports` map: the conditions that lead to a file. */
export interface ExportFile {
  /** Outermost first: `['import', 'types']`. */
  readonly conditions: readonly string[]
  /** As written: `./dist/index.d.ts`. */
  readonly file: string
}

/** All files that one key of `exports` may lead to. */
export const exportFiles = (value: unknown, conditions: readonly string[] = []): readonly ExportFile[] => {
  if (typeof value === 'string') return [{ conditions, file: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => exportFiles(inner, [...conditions, name]))
}

import { isPublishedSource } from '../places.ts'
import type { RepositoryFile } from '../repository-files.ts'
import type { Rule } from '../rule.ts'
import { lineCount } from './file-length.ts'

const MEDIAN = 80
const P90 = 300

/** The typical lengths of published source files: the middle one, and the one that nine in ten do not exceed. */
export const typicalLengths = (
  files: readonly RepositoryFile[],
): { readonly files: number; readonly median: number; readonly p90: number } => {
  const lengths = files
    .filter((f) => isPublishedSource(f.path))
    .map((f) => lineCount(f.text))
    .sort((a, b) => a - b)
  const at = (q: number): number => lengths[Math.max(0, Math.ceil(lengths.length * q) - 1)] ?? 0
  return { files: lengths.length, median: at(0.5), p90: at(0.9) }
}

/** Half of the published source files have at most 80 lines, nine in ten at most 300. */
export const typicalLength: Rule = {
  name: 'typical-length',
  check(files) {
    const { median, p90 } = typicalLengths(files)
    if (median <= MEDIAN && p90 <= P90) return []
    const message = `median ${median} lines (at most ${MEDIAN}), p90 ${p90} (at most ${P90}); split the longest files`
    return [{ file: 'packages', line: 1, rule: 'typical-length', message }]
  },
}

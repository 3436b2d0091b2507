import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../command/repository.ts'
import { diagnoseFiles, type Compiler, type Diagnostic } from './compilers.ts'

/** A file of deliberate mistakes: each on a line that ends in `// 1 what is wrong`. It belongs to no project. */
export interface MistakesFile {
  readonly file: string
  /** The tsconfig whose options hold. */
  readonly project: string
}

/** What a compiler says of one mistake. */
export interface MistakeReport {
  /** As in the file: `1 missing route`. */
  readonly mistake: string
  readonly errors: number
  /** Of all its errors, from `TS` on, line breaks not counted. */
  readonly characters: number
  readonly text: string
}

/** What a compiler says of all mistakes, and where it complains of lines that are none. */
export interface MistakesReport {
  readonly mistakes: readonly MistakeReport[]
  readonly elsewhere: readonly Diagnostic[]
}

/** The marks of a file, by line from 1. */
export const marksOf = (text: string): ReadonlyMap<number, string> =>
  new Map(
    text.split('\n').flatMap((line, i): [number, string][] => {
      const mark = /\/\/ (\d+ \S.*)$/.exec(line)?.[1]
      return mark === undefined ? [] : [[i + 1, mark]]
    }),
  )

/** Compiles a file of mistakes and gathers the errors by mistake. */
export const reportMistakes = async (compiler: Compiler, from: MistakesFile): Promise<MistakesReport> => {
  const marks = marksOf(readFileSync(join(root, from.file), 'utf8'))
  const diagnostics = await diagnoseFiles(compiler, from.project, [from.file])
  const at = (d: Diagnostic): string | undefined => (d.file === from.file ? marks.get(d.line) : undefined)
  return {
    mistakes: [...marks.values()].map((mistake) => {
      const own = diagnostics.filter((d) => at(d) === mistake)
      const text = own.map((d) => d.text).join('\n')
      return { mistake, errors: own.length, characters: text.replaceAll('\n', '').length, text }
    }),
    elsewhere: diagnostics.filter((d) => at(d) === undefined),
  }
}

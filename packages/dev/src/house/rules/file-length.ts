import { fileRule, type Finding } from '../rule.ts'

const LONGEST = 500

/** The lines of a text; a last line that is empty is none. */
export const lineCount = (text: string): number => text.replace(/\n$/, '').split('\n').length

/** No source file is longer than 500 lines. */
export const fileLength = fileRule('file-length', function* (file): Generator<Finding> {
  if (file.source === undefined) return
  const lines = lineCount(file.text)
  if (lines > LONGEST)
    yield { at: LONGEST + 1, message: `${lines} lines; split it by ideas, at most ${LONGEST} each` }
})

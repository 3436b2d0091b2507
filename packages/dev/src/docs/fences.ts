/** A fenced code block of a page. */
export interface Fence {
  /** The first word after the fence: `ts`, `sh`, `mermaid`. Empty when there is none. */
  readonly language: string
  /** The words after it. */
  readonly marks: readonly string[]
  /** The line of the page on which its code begins, from 1. */
  readonly line: number
  readonly code: string
}

/**
 * The fenced blocks of a page, in order (CommonMark 4.5, backtick fences that are not indented).
 *
 * @throws Error naming the line of a fence that is never closed.
 */
export const fencesOf = (text: string): readonly Fence[] => {
  const lines = text.split('\n')
  const found: Fence[] = []
  for (let i = 0; i < lines.length; i++) {
    const [, ticks, info] = /^(`{3,})([^`]*)$/.exec(lines[i]!) ?? []
    if (ticks === undefined) continue
    const end = lines.findIndex((line, at) => at > i && line.trimEnd() === ticks)
    if (end === -1) throw new Error(`line ${i + 1}: this fence is never closed`)
    const [language = '', ...marks] = info!.trim().split(/\s+/)
    found.push({ language, marks, line: i + 2, code: lines.slice(i + 1, end).join('\n') })
    i = end
  }
  return found
}

/** The text of a page outside of its fenced blocks; lines keep their numbers. */
export const withoutFences = (text: string): string => {
  const lines = text.split('\n')
  for (const fence of fencesOf(text)) {
    const count = fence.code.split('\n').length
    for (let i = fence.line - 2; i <= fence.line - 1 + count; i++) lines[i] = ''
  }
  return lines.join('\n')
}

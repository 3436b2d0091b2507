import { fencesOf, type Fence } from './fences.ts'
import type { Page } from './pages.ts'

/** TypeScript of a page as one module: a block, with those that continue it. */
export interface Snippet {
  /** The page's path. */
  readonly page: string
  /** The line of the page on which its first block begins. */
  readonly line: number
  /** Relative to the folder of all snippets: `docs/guide/testing/line-12.ts`, or the file that the block names. */
  readonly file: string
  /** The code, on the lines on which it stands in the page, so that a compiler's line is the page's. */
  readonly code: string
  /** Whether it is executed too, and must not throw. */
  readonly run: boolean
}

const NAMED = /^[a-z][a-z0-9-]*(?:\.test)?\.ts$/

const markedWith = (fence: Fence): { run: boolean; continues: boolean; name: string | undefined } => {
  const names = fence.marks.filter((mark) => NAMED.test(mark))
  const wrong = fence.marks.filter((mark) => mark !== 'run' && mark !== 'continues' && !NAMED.test(mark))
  const continues = fence.marks.includes('continues')
  if (wrong.length > 0 || names.length > 1 || (continues && names.length > 0))
    throw new Error(
      `line ${fence.line - 1}: after \`ts\`, "${fence.marks.join(' ')}": expected run, continues, or a file name`,
    )
  return { run: fence.marks.includes('run'), continues, name: names[0] }
}

/** A block put on the lines on which it stands in its page. */
const placed = (code: string, line: number, before: string): string => {
  const lines = before === '' ? [] : before.split('\n')
  while (lines.length < line - 1) lines.push('')
  return [...lines, ...code.split('\n')].join('\n')
}

/**
 * The TypeScript of a page. Blocks share nothing, unless one is marked `continues`: it goes on in the module of the
 * block before it. A block that names a file (`ts orders.ts`) may be imported by the others of its page.
 *
 * @throws Error naming the line of a mark that is none, of a `continues` with nothing before it, and of a name that is taken.
 */
export const snippetsOf = (page: Page): readonly Snippet[] => {
  const folder = page.path.replace(/\.md$/, '')
  const found: Snippet[] = []
  for (const fence of fencesOf(page.text)) {
    if (fence.language !== 'ts') continue
    const { run, continues, name } = markedWith(fence)
    if (continues) {
      const last = found.pop()
      if (last === undefined) throw new Error(`line ${fence.line - 1}: there is no block to continue`)
      found.push({ ...last, code: placed(fence.code, fence.line, last.code), run: last.run || run })
      continue
    }
    const file = `${folder}/${name ?? `line-${fence.line}.ts`}`
    if (found.some((s) => s.file === file))
      throw new Error(`line ${fence.line - 1}: ${name} is on this page already`)
    found.push({ page: page.path, line: fence.line, file, code: placed(fence.code, fence.line, ''), run })
  }
  return found
}

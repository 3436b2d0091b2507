import { afterAll, expect, test } from 'vitest'
import { fencesOf } from '../../src/docs/fences.ts'
import { snippetFolder, type SnippetFolder } from '../../src/docs/snippet-folder.ts'
import { snippetRunner } from '../../src/docs/snippet-runner.ts'
import { snippetsOf } from '../../src/docs/snippets.ts'
import { typescript7 } from '../../src/types/compilers.ts'

const page = (...lines: readonly string[]) => ({ path: 'docs/page.md', text: lines.join('\n') })
const made: SnippetFolder[] = []
const written = (...lines: readonly string[]) => {
  const snippets = snippetsOf(page(...lines))
  const folder = snippetFolder(snippets)
  made.push(folder)
  return { snippets, folder }
}

afterAll(() => made.forEach((folder) => folder.remove()))

test('blocks are found with their language, marks and line', () => {
  const text = ['# T', '', '```ts run', 'a()', '', 'b()', '```', '````md', '```ts', '```', '````'].join('\n')
  expect(fencesOf(text)).toEqual([
    { language: 'ts', marks: ['run'], line: 4, code: 'a()\n\nb()' },
    { language: 'md', marks: [], line: 9, code: '```ts\n```' },
  ])
  expect(() => fencesOf('```ts\nconst a = 1')).toThrow('line 1: this fence is never closed')
})

test('blocks are modules of their own; one that continues goes on in the module before it', () => {
  const snippets = snippetsOf(
    page('```ts', 'const a = 1', '```', '', '```ts run continues', 'a', '```', '```ts x.ts', 'b', '```'),
  )
  expect(snippets).toEqual([
    { page: 'docs/page.md', line: 2, file: 'docs/page/line-2.ts', code: '\nconst a = 1\n\n\n\na', run: true },
    { page: 'docs/page.md', line: 9, file: 'docs/page/x.ts', code: '\n\n\n\n\n\n\n\nb', run: false },
  ])
})

test.each([
  { why: 'an unknown mark', lines: ['```ts ran', '```'] },
  { why: 'a continuation of nothing', lines: ['```ts continues', '```'] },
  { why: 'a file name that is taken', lines: ['```ts a.ts', '```', '```ts a.ts', '```'] },
  { why: 'a continuation with a name', lines: ['```ts', '```', '```ts continues a.ts', '```'] },
])('$why is refused', ({ lines }) => {
  expect(() => snippetsOf(page(...lines))).toThrow(/^line \d+: /)
})

test('a wrong line of a snippet is found on the line of its page, and nowhere else', async () => {
  const { snippets, folder } = written(
    '# Page',
    '```ts flows.ts',
    "import { flow } from '@xconnector/core'",
    "export const f = flow('f').input<number>()",
    '```',
    '```ts',
    "import { f } from './flows.js'",
    "f.map('m', (n) => n.length)",
    '```',
  )
  const errors = await folder.check(typescript7)
  expect(snippets.map((s) => errors.get(s)!.map((e) => e.line))).toEqual([[], [8]])
})

test('a snippet runs on the packages, and what it throws is its failure', async () => {
  const { snippets, folder } = written(
    '```ts run',
    "import assert from 'node:assert/strict'",
    "import { flow } from '@xconnector/core'",
    "export const n = await flow('f').input<number>().map('m', (n) => n + 1).run(1)",
    'assert.equal(n, 2)',
    '```',
    '```ts run',
    "import assert from 'node:assert/strict'",
    'assert.equal(1 as number, 2)',
    '```',
  )
  const runner = await snippetRunner(folder)
  try {
    expect(await runner.run(snippets[0]!)).toMatchObject({ n: 2 })
    await expect(runner.run(snippets[1]!)).rejects.toThrow('strictly equal')
  } finally {
    await runner.close()
  }
})

import { afterAll, expect, test } from 'vitest'
import { documentation } from '../../src/docs/pages.ts'
import { snippetFolder } from '../../src/docs/snippet-folder.ts'
import { snippetRunner } from '../../src/docs/snippet-runner.ts'
import { snippetsOf, type Snippet } from '../../src/docs/snippets.ts'
import { typescript7 } from '../../src/types/compilers.ts'

const at = (s: Snippet): string => `${s.page}:${s.line}`

const snippets = documentation().flatMap(snippetsOf)
const folder = snippetFolder(snippets)
const runner = await snippetRunner(folder)
const checked = folder.check(typescript7)
checked.catch(() => undefined)

afterAll(async () => {
  await runner.close()
  folder.remove()
})

test('there are snippets, and some of them are executed', () => {
  expect(snippets.length).toBeGreaterThan(20)
  expect(snippets.filter((s) => s.run).length).toBeGreaterThan(5)
})

test.each(snippets.map((s) => ({ at: at(s), snippet: s })))('$at compiles', async ({ snippet }) => {
  const errors = (await checked).get(snippet)!
  expect(errors.map((e) => `${snippet.page}:${e.line} ${e.text}`)).toEqual([])
})

test.each(snippets.filter((s) => s.run).map((s) => ({ at: at(s), snippet: s })))(
  '$at runs without throwing',
  async ({ snippet }) => {
    expect(await runner.run(snippet)).toBeDefined()
  },
)

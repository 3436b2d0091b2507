import { describe, expect, test } from 'vitest'
import { typescript59, typescript7 } from '../src/types/compilers.ts'
import { marksOf, reportMistakes, type MistakesFile } from '../src/types/mistakes.ts'

// The budget: what a reader of an error message will still read.
const ERRORS = 2
const budgets = [
  { compiler: typescript7, characters: 400 },
  { compiler: typescript59, characters: 800 },
]

// Files of mistakes that users make; each mark in them must be an error, and a short one.
const files: readonly MistakesFile[] = [
  { file: 'packages/core/test/types/mistakes.ts', project: 'packages/core/test/tsconfig.json' },
]

const fixture: MistakesFile = {
  file: 'packages/dev/test/fixtures/types/mistakes.ts',
  project: 'packages/dev/tsconfig.json',
}

const cases = files.flatMap((from) =>
  budgets.map((budget) => ({ ...budget, from, file: from.file, name: budget.compiler.name })),
)

test('marks are read by line', () => {
  expect([...marksOf('a // 1 missing route\nb // not a mark\nc // 12 x')]).toEqual([
    [1, '1 missing route'],
    [3, '12 x'],
  ])
})

describe.each(budgets)('$compiler.name', ({ compiler }) => {
  test('errors are counted by mistake, and a mark without an error is seen', async () => {
    const { mistakes, elsewhere } = await reportMistakes(compiler, fixture)
    expect(mistakes.map((m) => [m.mistake, m.errors > 0, m.characters > 0])).toEqual([
      ['1 typo in a field', true, true],
      ['2 wrong and unknown field', true, true],
      ['3 no mistake', false, false],
    ])
    expect(mistakes[0]!.text).toMatch(/^TS2551: .*tilte/)
    expect(mistakes[0]!.characters).toBe(mistakes[0]!.text.length)
    expect(elsewhere).toEqual([])
  })
})

test.each(cases)('mistakes of $file stay readable on $name', async ({ compiler, from, characters }) => {
  const { mistakes, elsewhere } = await reportMistakes(compiler, from)
  expect(mistakes.length).toBeGreaterThanOrEqual(8)
  expect(elsewhere).toEqual([])
  expect(mistakes.filter((m) => m.errors === 0).map((m) => m.mistake)).toEqual([])
  expect(mistakes.filter((m) => m.errors > ERRORS || m.characters > characters)).toEqual([])
})

import { readFileSync, readdirSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../src/command/repository.ts'

const text = readFileSync(join(root, 'docs/guarantees.md'), 'utf8')
const tests = readdirSync(join(root, 'packages/core/test/semantics'))

test('S1 to S12 are defined, each once and in order', () => {
  const ids = [...text.matchAll(/^## (S\d+): /gm)].map(([, id]) => id)
  expect(ids).toEqual(Array.from({ length: 12 }, (_, i) => `S${i + 1}`))
})

const shown = text
  .split(/^## (?=S\d+: )/m)
  .slice(1)
  .map((section) => ({
    id: section.split(':')[0]!,
    pattern: /^Shown by `([^`]+)`\.$/m.exec(section)?.[1] ?? 'none',
  }))

test.each(shown)('$id is shown by tests that exist', ({ pattern }) => {
  expect(tests.filter((file) => matchesGlob(file, pattern))).not.toEqual([])
})

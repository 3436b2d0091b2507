import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryFile, repositoryFiles, type RepositoryFile } from '../../src/house/repository-files.ts'
import { rules } from '../../src/house/rules.ts'

const fixtures = join(import.meta.dirname, '../fixtures/house')
const onDisk = (name: string, kind: 'bad' | 'good'): readonly RepositoryFile[] =>
  repositoryFiles(join(fixtures, name, kind))

const lines = (count: number): string => 'export {}\n'.repeat(count)
const path = (first: string): string => `# Notes\n\nSee /${first}/someone/notes for more.\n`

// Fixtures that are too long to keep, or that would themselves be a path of a machine.
const made: Readonly<Record<string, { readonly bad: RepositoryFile; readonly good: RepositoryFile }>> = {
  'file-length': {
    bad: repositoryFile('packages/dev/src/long.ts', lines(501)),
    good: repositoryFile('packages/dev/src/long.ts', lines(500)),
  },
  'typical-length': {
    bad: repositoryFile('packages/core/src/step/step.ts', lines(81)),
    good: repositoryFile('packages/core/src/step/step.ts', lines(80)),
  },
  'no-machine-paths': {
    bad: repositoryFile('docs/notes.md', path('home')),
    good: repositoryFile('docs/notes.md', path('var')),
  },
}

const fixture = (name: string, kind: 'bad' | 'good'): readonly RepositoryFile[] =>
  made[name] === undefined ? onDisk(name, kind) : [made[name][kind]]

// Where each fixture breaks its rule.
const places: Readonly<Record<string, string>> = {
  'core-floors': 'packages/core/src/step/step.ts:1',
  'core-alone': 'packages/core/src/source/listen.ts:1',
  'adapters-apart': 'packages/sqlite/src/serve.ts:1',
  'testing-kept-apart': 'packages/http/src/client.ts:1',
  'through-ports': 'packages/http/src/wait.ts:1',
  'fp-ts-path': 'packages/core/src/result/either.ts:1',
  'file-length': 'packages/dev/src/long.ts:501',
  'typical-length': 'packages:1',
  'named-after-idea': 'packages/core/src/message/utils.ts:1',
  'no-export-star': 'packages/core/src/index.ts:1',
  'no-test-off': 'packages/core/test/flow.test.ts:3',
  'no-machine-paths': 'docs/notes.md:3',
}

describe.each(rules)('$name', ({ name }) => {
  test('its fixture has that violation, at its line, and no other of any rule', () => {
    const found = rules.flatMap((rule) => rule.check(fixture(name, 'bad')))
    expect(found.map((v) => [v.rule, `${v.file}:${v.line}`])).toEqual([[name, places[name]]])
  })

  test('the good sibling of its fixture breaks no rule', () => {
    const files = fixture(name, 'good')
    expect(files.length).toBeGreaterThan(0)
    expect(rules.flatMap((rule) => rule.check(files))).toEqual([])
  })
})

test('the walk leaves out what is installed, built or a fixture', () => {
  const root = join(import.meta.dirname, '../../../..')
  const paths = repositoryFiles(root).map((file) => file.path)
  expect(paths).toContain('packages/dev/test/house/rules.test.ts')
  expect(existsSync(join(root, 'node_modules'))).toBe(true)
  expect(paths.filter((p) => /(^|\/)(node_modules|dist)\/|test\/fixtures/.test(p))).toEqual([])
})

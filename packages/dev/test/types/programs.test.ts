import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { compilers, diagnose } from '../../src/types/compilers.ts'
import { projectOf, typePrograms, writeProgram } from '../../src/types/programs.ts'
import { projectsOfUsers, typeProjects } from '../../src/types/projects.ts'

const root = join(import.meta.dirname, '../../../..')
const fixture = 'packages/dev/test/fixtures/programs'
const projects = ['a', 'b', 'loose', 'declaring'].map((name) => `${fixture}/${name}/tsconfig.json`)
const change = join(root, fixture, 'a/src/changed.ts')

afterEach(() => rmSync(change, { force: true }))

test('projects of equal options are one program; other options, or declarations of its own, make another', () => {
  expect(typePrograms(projects).map((p) => p.projects.map((project) => dirname(project).slice(-1)))).toEqual([
    ['a', 'b'],
    ['e'],
    ['g'],
  ])
})

test('every project of the workspace is in exactly one program', () => {
  const all = typeProjects()
  expect(
    typePrograms(all)
      .flatMap((p) => p.projects)
      .toSorted(),
  ).toEqual(all.toSorted())
})

test('an older compiler checks the sources of every published package and the examples, and no tests of packages', () => {
  const theirs = projectsOfUsers()
  for (const name of ['core', 'http', 'sqlite', 'contentstack', 'vip'])
    expect(theirs).toContain(`packages/${name}/tsconfig.json`)
  expect(theirs).toContain('examples/flows/tsconfig.json')
  expect(theirs.filter((project) => /^packages\/.*\/test\//.test(project))).toEqual([])
})

test('an error belongs to the deepest project above its file', () => {
  const nested = ['packages/x/tsconfig.json', 'packages/x/test/tsconfig.json']
  expect(projectOf(nested, 'packages/x/src/a.ts')).toBe(nested[0])
  expect(projectOf(nested, 'packages/x/test/a.ts')).toBe(nested[1])
  expect(projectOf(nested, 'packages/y/src/a.ts')).toBeUndefined()
  expect(projectOf(nested, '')).toBeUndefined()
})

test.each(compilers)(
  '$name finds an error again in a second run, and a new one at once',
  async (compiler) => {
    const [program] = typePrograms(projects)
    const path = writeProgram(program!, `test-${compiler.name.replaceAll(' ', '-')}`)
    const errors = async (): Promise<readonly string[]> =>
      (await diagnose(compiler, path)).map((e) => `${e.file.slice(fixture.length + 1)}:${e.line}`).toSorted()
    const known = ['b/src/wrong.ts:2']
    expect([await errors(), await errors()]).toEqual([known, known])
    writeFileSync(change, readFileSync(join(root, fixture, 'b/src/wrong.ts')))
    expect(await errors()).toEqual(['a/src/changed.ts:2', ...known])
  },
)

import { expect, test } from 'vitest'
import { importsOf } from '../../src/house/imports.ts'
import { repositoryFile } from '../../src/house/repository-files.ts'
import { noMachinePaths } from '../../src/house/rules/no-machine-paths.ts'
import { coreFloors } from '../../src/house/rules/core-floors.ts'

test('every form of import is seen, and none in a comment or a string', () => {
  const code = `
    import a from 'a'
    import type { B } from 'b'
    export { c } from 'c'
    import d = require('d')
    type E = import('e').E
    const f = await import('f')
    const g = require('g')
    // import h from 'h'
    const i = "import i from 'i'"
    import '../step/j.js'
  `
  const found = importsOf(repositoryFile('packages/core/src/run/loop.ts', code))
  expect(found.map((i) => i.specifier)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', '../step/j.js'])
  expect(found.at(-1)?.path).toBe('packages/core/src/step/j.js')
})

test('a folder of core without a floor, and a file beside the index, are found', () => {
  const files = [
    'packages/core/src/extras/more.ts',
    'packages/core/src/more.ts',
    'packages/core/src/index.ts',
  ]
  const found = coreFloors.check(files.map((path) => repositoryFile(path, 'export {}\n')))
  expect(found.map((v) => v.file)).toEqual(files.slice(0, 2))
})

test('hosts of registries are found, in the lockfile any tarball address too', () => {
  const check = (path: string, text: string): number =>
    noMachinePaths.check([repositoryFile(path, text)]).length
  expect(
    check('docs/a.md', `npm config set registry https://${['registry', 'example', 'com'].join('.')}/npm`),
  ).toBe(1)
  expect(check('pnpm-lock.yaml', 'resolution: {integrity: x, tarball: https://example.com/a.tgz}')).toBe(1)
  expect(
    check('docs/a.md', 'the registry. Then a [path](../home/work.md) and https://example.com/home/work'),
  ).toBe(0)
})

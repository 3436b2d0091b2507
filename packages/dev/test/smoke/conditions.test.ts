import { expect, test } from 'vitest'
import { checkManifest, checkTree, treeLimits } from '../../src/smoke/checks.ts'
import { exportFiles } from '../../src/smoke/conditions.ts'
import { findInstalled, runtimeDependencies, type Packed } from '../../src/smoke/consumer.ts'
import { root, type Manifest } from '../../src/command/repository.ts'
import { join } from 'node:path'

const packed = (manifest: Manifest, folder: string): Packed => ({
  from: { folder: 'packages/core', manifest },
  folder,
  manifest,
})

test('files of an exports map are found with their conditions', () => {
  expect(exportFiles({ import: { types: './a.d.ts', default: './a.js' }, require: './a.cjs' })).toEqual([
    { conditions: ['import', 'types'], file: './a.d.ts' },
    { conditions: ['import', 'default'], file: './a.js' },
    { conditions: ['require'], file: './a.cjs' },
  ])
})

test('a package that was not stripped and runs a script at install fails', () => {
  // The folder of core itself, not a tarball: it has the source condition, sources, and no LICENSE of its own.
  const manifest: Manifest = {
    name: 'x',
    scripts: { postinstall: 'node x.js' },
    exports: { '.': './none.js' },
  }
  const troubles = checkManifest(packed(manifest, join(root, 'packages/core'))).map((c) => c.trouble)
  expect(troubles).toEqual([
    '"@xconnector/source"',
    'postinstall',
    'missing: ./none.js, LICENSE',
    'src is in the tarball',
  ])
})

test('optional peers are not asked of users', () => {
  const manifest: Manifest = {
    name: 'x',
    dependencies: { a: '1' },
    peerDependencies: { b: '1', c: '1' },
    peerDependenciesMeta: { c: { optional: true } },
  }
  expect(runtimeDependencies(manifest)).toEqual(['a', 'b'])
})

test('a tree above its limit fails, with its packages', () => {
  const name = '@xconnector/core'
  const [check] = checkTree(packed({ name }, ''), join(root, 'packages/http'))
  expect(check).toMatchObject({ trouble: undefined })
  expect(treeLimits[name]).toBe(5)
  expect(findInstalled('no-such-package', root)).toBeUndefined()
})

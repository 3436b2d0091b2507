import { expect, test } from 'vitest'
import { checkManifest, checkTree, loadable, treeLimits } from '../../src/smoke/checks.ts'
import { exportFiles } from '../../src/smoke/conditions.ts'
import { findInstalled, runtimeDependencies } from '../../src/smoke/consumer.ts'
import { checkFields } from '../../src/smoke/fields.ts'
import type { Packed } from '../../src/smoke/pack.ts'
import { root, type Manifest } from '../../src/command/repository.ts'
import { join } from 'node:path'

const packed = (manifest: Manifest, folder: string): Packed => ({
  from: { folder: 'packages/core', manifest },
  folder,
  tarball: '',
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

test('a key of exports that is no code is not loaded', () => {
  const keys = ['.', './testing', './openapi.yaml', './package.json', './thread.js']
  expect(loadable(Object.fromEntries(keys.map((key) => [key, key])))).toEqual(
    keys.filter((key) => key !== './openapi.yaml'),
  )
})

test('a manifest that says too little for a registry fails, field by field', () => {
  const poor: Manifest = {
    name: 'x',
    license: 'ISC',
    dependencies: { a: '1' },
    peerDependencies: { a: '1' },
    peerDependenciesMeta: { b: { optional: true } },
  }
  expect(checkFields(packed(poor, '')).filter((c) => c.trouble === undefined)).toEqual([])
  const full: Manifest = {
    name: 'x',
    description: 'What it is, in a sentence.',
    keywords: ['a', 'b', 'c'],
    license: 'MIT',
    sideEffects: false,
    engines: { node: '>=26' },
    publishConfig: { access: 'public' },
  }
  expect(checkFields(packed(full, '')).filter((c) => c.trouble !== undefined)).toEqual([])
})

test('optional peers are asked of users of the tests’ subpaths only', () => {
  const manifest: Manifest = {
    name: 'x',
    dependencies: { a: '1' },
    peerDependencies: { b: '1', c: '1' },
    peerDependenciesMeta: { c: { optional: true } },
  }
  expect(runtimeDependencies(manifest)).toEqual(['a', 'b'])
  expect(runtimeDependencies(manifest, 'all')).toEqual(['a', 'b', 'c'])
})

test('a tree above its limit fails, with its packages', () => {
  const name = '@xconnector/core'
  const [check] = checkTree(packed({ name }, ''), join(root, 'packages/http'))
  expect(check).toMatchObject({ trouble: undefined })
  expect(treeLimits[name]).toBe(8)
  expect(findInstalled('no-such-package', root)).toBeUndefined()
})

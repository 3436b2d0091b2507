import { expect, test } from 'vitest'
import { apiReports } from '../../src/publish/api-reports.ts'
import { entryPoints, unbuilt } from '../../src/publish/entry-points.ts'

const of = (exports: Readonly<Record<string, unknown>>) =>
  entryPoints([{ folder: 'packages/a', manifest: { name: '@x/a', exports } }])

test('a key of exports with types is an entry point; a contract or a manifest is none', () => {
  const found = of({
    '.': { import: { types: './dist/index.d.ts', default: './dist/index.js' } },
    './testing': { import: { types: './dist/testing.d.ts' }, require: { types: './dist/testing.d.cts' } },
    './openapi.yaml': './openapi.yaml',
    './package.json': './package.json',
  })
  expect(found.map((e) => [e.name, e.types, e.report])).toEqual([
    ['@x/a', './dist/index.d.ts', 'packages/a/api/index.api.md'],
    ['@x/a/testing', './dist/testing.d.ts', 'packages/a/api/testing.api.md'],
  ])
  expect(unbuilt(found)).toEqual(found)
})

test('a report holds what is exported, and what that leads to, with types written out', () => {
  const [entry] = entryPoints([
    {
      folder: 'packages/dev/test/fixtures/api',
      manifest: { name: 'shop', exports: { '.': { import: { types: './shop.d.ts' } } } },
    },
  ])
  const report = apiReports([entry!]).get(entry!)
  expect(report).toContain('# The public types of `shop`')
  expect(report).toContain('export const total: (order: Order) => Cents;')
  expect(report).toMatch(/^interface Order \{\n[^}]*readonly lines: readonly Cents\[\]\n\}$/m)
  expect(report).not.toContain('hidden')
})

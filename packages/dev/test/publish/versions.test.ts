import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readManifest, root } from '../../src/command/repository.ts'
import { publishedPackages } from '../../src/smoke/pack.ts'

const folder = join(root, '.changeset')
const published = publishedPackages()

test('all published packages have one version, and get the next one together', () => {
  const versions = published.map((p) => (readManifest(join(root, p.folder)) as { version?: string }).version)
  expect(new Set(versions).size).toBe(1)
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { fixed: string[][] }
  expect(config.fixed).toEqual([['@xconnector/*']])
})

test('a changeset that waits names published packages only', () => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^'([^']+)': (?:major|minor|patch)$/gm)].map(
        ([, name]) => name!,
      ),
    )
  const known = new Set(published.map((p) => p.manifest.name))
  expect(names.filter((name) => !known.has(name))).toEqual([])
})

test('this runs on the Node of the workspace, which no older one hides from its programs', () => {
  const wanted = (readManifest(root) as { devDependencies?: Record<string, string> }).devDependencies?.[
    'node'
  ]
  expect(process.version).toBe(`v${wanted}`)
  const { devDependencies } = readManifest(join(root, 'packages/dev')) as {
    devDependencies?: Record<string, string>
  }
  expect(devDependencies?.['node']).toBe(wanted)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/command/child.ts'
import { root } from '../../src/command/repository.ts'
import { checkOldestNodes, nodeProgram, oldestNodes } from '../../src/smoke/oldest-nodes.ts'
import { publishedPackages } from '../../src/smoke/pack.ts'

test('the oldest Nodes are read from engines', () => {
  const engines = { node: '^22.18.0 || ^24.11.0 || >=26.0.0' }
  expect(oldestNodes({ name: 'a', engines })).toEqual(['22.18.0', '24.11.0'])
})

test('every oldest Node of a published package is installed, and is that version', async () => {
  const versions = new Set(publishedPackages().flatMap((p) => oldestNodes(p.manifest)))
  expect([...versions].sort()).toEqual(['22.18.0', '22.23.3', '24.11.0', '24.15.0'])
  for (const version of versions)
    expect((await run(nodeProgram(version), ['--version'])).output.trim()).toBe(`v${version}`)
})

test('the programs of this package find the workspace’s own Node first', async () => {
  const { output } = await run(join(root, 'packages/dev/node_modules/.bin/node'), ['--version'])
  expect(output.trim()).toBe(process.version)
})

test('a package whose oldest Node is not installed, or not named, fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xconnector-nodes-'))
  const packed = (engines: Record<string, string>) => ({
    from: { folder: 'packages/a', manifest: { name: 'a' } },
    folder,
    tarball: '',
    manifest: { name: 'a', engines, exports: {} },
  })
  try {
    expect(await checkOldestNodes(packed({ node: '^22.0.1' }), folder)).toEqual([
      { what: 'a: Node 22.0.1', trouble: expect.stringContaining('"node-22.0.1": "npm:node@22.0.1"') },
    ])
    const [unnamed] = await checkOldestNodes(packed({}), folder)
    expect(unnamed!.trouble).toBeDefined()
    const checks = await checkOldestNodes(packed({ node: '^22.18.0' }), folder)
    expect(checks.at(-1)!.trouble).toContain('no program uses it')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

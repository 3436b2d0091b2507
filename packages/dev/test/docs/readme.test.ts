import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root } from '../../src/command/repository.ts'
import { fencesOf } from '../../src/docs/fences.ts'
import { snippetFolder } from '../../src/docs/snippet-folder.ts'
import { snippetRunner } from '../../src/docs/snippet-runner.ts'
import { snippetsOf } from '../../src/docs/snippets.ts'

const text = readFileSync(join(root, 'README.md'), 'utf8')

// Draws the flow with the packages that the flow itself uses.
const drawing = {
  path: 'README.md',
  text: [
    '```ts draw.ts',
    "import { describe, mermaid } from '@xconnector/core'",
    "import { orders } from './orders.ts'",
    'export const drawn = mermaid(describe(orders))',
    '```',
  ].join('\n'),
}

const snippets = [...snippetsOf({ path: 'README.md', text }), ...snippetsOf(drawing)]
const folder = snippetFolder(snippets)
const runner = await snippetRunner(folder)

afterAll(async () => {
  await runner.close()
  folder.remove()
})

test('the diagram of the README is what its flow is drawn as', async () => {
  const { drawn } = await runner.run(snippets.at(-1)!)
  expect(fencesOf(text).flatMap((f) => (f.language === 'mermaid' ? [f.code] : []))).toEqual([drawn])
})

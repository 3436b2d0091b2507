import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runNode } from '../../src/command/child.ts'
import { scriptsIn } from '../../src/command/dispatch.ts'

const dev = join(import.meta.dirname, '../../src')

test('a script is a file or a folder with an index', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xconnector-dispatch-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'types'))
  mkdirSync(join(folder, 'shared'))
  for (const file of ['journal.ts', 'types/index.ts', 'shared/rounds.ts', 'notes.md', 'index.ts'])
    writeFileSync(join(folder, file), '')
  expect([...scriptsIn([folder, join(folder, 'missing')]).keys()]).toEqual(['journal', 'types'])
})

test.each(['bench', 'soak'])('%s refuses a name that does not exist with code 2', async (command) => {
  const { code, output } = await runNode([join(dev, `${command}.ts`), 'no-such-thing'])
  expect(code).toBe(2)
  expect(output).toContain(`there is no ${command} "no-such-thing"`)
})

test.each(['test', 'house/cli', 'smoke', 'mutants', 'bench', 'soak'])('%s refuses --', async (command) => {
  const { code, output } = await runNode([join(dev, `${command}.ts`), '--', '--x', '5'])
  expect(code).toBe(2)
  expect(output).toContain('takes no "--"')
})

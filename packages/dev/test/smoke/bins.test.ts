import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkBins } from '../../src/smoke/bins.ts'

/** What is said of a command that is this program. */
const troubleOf = async (program: string): Promise<string | undefined> => {
  const consumer = mkdtempSync(join(tmpdir(), 'xconnector-bins-'))
  onTestFinished(() => rmSync(consumer, { recursive: true }))
  const folder = join(consumer, 'node_modules/tool')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'tool.mjs'), program)
  const checks = await checkBins({ manifest: { name: 'tool', bin: { tool: 'tool.mjs' } } }, consumer)
  expect(checks.map(({ what }) => what)).toEqual(['tool: tool --help runs'])
  return checks[0]!.trouble
}

const helps = "if (process.argv[2] === '--help') console.log('Usage: tool COMMAND')"

test('a command that helps passes; one that warns, fails or says nothing does not', async () => {
  expect(await troubleOf(helps)).toBeUndefined()
  expect(await troubleOf(`${helps}; process.emitWarning('experimental')`)).toContain('Warning: experimental')
  expect(await troubleOf(`${helps}; process.exitCode = 3`)).toContain('Usage')
  expect(await troubleOf('')).toBe('code 0')
})

test('a package without commands has nothing to check', async () => {
  expect(await checkBins({ manifest: { name: 'x' } }, tmpdir())).toEqual([])
})

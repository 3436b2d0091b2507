import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const main = join(import.meta.dirname, '../src/main.ts')

const demo = (args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    )
  })

describe('the command line of the demo', () => {
  test.concurrent.each([
    [['3000'], 'does not know what to do with "3000"'],
    [['--entry', '3000'], 'has no option --entry'],
    [['--entries', 'many'], '--entries: expected a whole number from 200 to 100000, got "many"'],
    [['--entries', '20'], '--entries: expected a whole number'],
    [['--assets', '5'], '--assets: expected a whole number'],
    [['--fast', 'yes'], '--fast takes no value'],
    [['--seed'], '--seed: expected a text, got nothing'],
    [['--files'], '--files: expected a folder, got nothing'],
    [['--sabotage', 'all'], '--sabotage: expected one of lose, duplicate, stale, skip-replay, corrupt'],
  ])('refuses %j', async (args, sentence) => {
    const { code, output } = await demo(args)
    expect(output).toContain(sentence)
    expect(output).toContain('usage: demo')
    expect(code).toBe(2)
  })
})

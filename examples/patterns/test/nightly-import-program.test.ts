import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Ended {
  readonly code: number
  readonly output: string
  readonly left: readonly string[]
}

/** Runs the program with a folder for temporary files of its own; `left` is what it leaves there. */
const program = async (...args: readonly string[]): Promise<Ended> => {
  const folder = mkdtempSync(join(tmpdir(), 'xconnector-import-test-'))
  const main = join(import.meta.dirname, '../nightly-import/main.ts')
  try {
    return await new Promise((resolve) => {
      const env = { ...process.env, TMPDIR: folder }
      execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code)
        const left = readdirSync(folder).filter((name) => name.startsWith('xconnector'))
        resolve({ code, output: stdout + stderr, left })
      })
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('3,000 rows and two kills: the shop is as the file, the second night changes nothing, nothing is left', async () => {
  const { code, output, left } = await program('--rows', '3000', '--kill', '2')
  expect(output).toContain('Everything reconciles')
  expect(code).toBe(0)
  expect(output).toMatch(/night 1 │ 3,000 │ +[\d,]+ │ +\d+ │ +150 │ +3 │/)
  expect(output).toMatch(/night 2 │ 3,000 │ +0 │ +0 │ +2,997 │ +3 │ +6 │/)
  expect(output).toContain('2 kills -9')
  expect(left).toEqual([])
}, 60_000)

test.each([
  [['3000'], 'does not know what to do with "3000"'],
  [['--row', '3000'], 'has no option --row'],
  [['--rows', '5'], '--rows: expected a whole number from 100 to 10000000, got "5"'],
  [['--rows', '100', '--bad', '11'], '--bad: expected a whole number from 0 to 10, got "11"'],
])('refuses %j', async (args, sentence) => {
  const { code, output } = await program(...args)
  expect(output).toContain(sentence)
  expect(output).toContain('usage: main.ts')
  expect(code).toBe(2)
})

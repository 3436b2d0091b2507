import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

interface Ended {
  readonly code: number
  readonly output: string
  readonly left: readonly string[]
}

const main = join(import.meta.dirname, '../src/main.ts')

/** Runs the demo with a folder for temporary files of its own; `left` is what it leaves there. */
const demo = async (...args: readonly string[]): Promise<Ended> => {
  const folder = mkdtempSync(join(tmpdir(), 'xconnector-demo-test-'))
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

describe('the HTTP demo', () => {
  test('reconciles after a kill, an outage and a replay, and leaves nothing behind', async () => {
    const { code, output, left } = await demo('--messages', '500')
    expect(output).toContain('Everything reconciles')
    expect(code).toBe(0)
    expect(Number(/kill -9 with (\d+) hops in flight/.exec(output)?.[1])).toBeGreaterThanOrEqual(32)
    expect(output).toContain('500 webhooks acknowledged, every one of them in the journal')
    expect(left).toEqual([])
  })

  test.concurrent.each([
    ['lose', /lost: \d+ webhooks? acknowledged, but never in the journal/],
    ['duplicate', /got \d+ changes? under more than one idempotency key/],
    ['stale', /got an older version after a newer one/],
    ['skip-replay', /dead letters? left after the replay/],
  ])('is noticed to %s', async (sabotage, sentence) => {
    const { code, output, left } = await demo('--messages', '500', '--sabotage', sabotage)
    expect(output).toMatch(sentence)
    expect(output).toContain('It does not reconcile')
    expect(code).toBe(1)
    expect(left).toEqual([])
  })

  test.each([
    [['500'], 'does not know what to do with "500"'],
    [['--', '--messages', '500'], 'takes no "--"'],
    [['--message', '500'], 'has no option --message'],
    [['--messages', 'many'], '--messages: expected a whole number'],
    [['--sabotage', 'all'], '--sabotage: expected one of lose, duplicate, stale, skip-replay'],
  ])('refuses %j', async (args, sentence) => {
    const { code, output } = await demo(...args)
    expect(output).toContain(sentence)
    expect(output).toContain('usage: demo:http')
    expect(code).toBe(2)
  })
})

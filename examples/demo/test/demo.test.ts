import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

interface Ended {
  readonly code: number
  readonly output: string
  readonly left: readonly string[]
}

const main = join(import.meta.dirname, '../src/main.ts')

// The files are the same ones in every run: the first one makes them.
const files = mkdtempSync(join(tmpdir(), 'xconnector-demo-test-files-'))
afterAll(() => rmSync(files, { recursive: true }))

/** Runs the short demo with a folder for temporary files of its own; `left` is what it leaves there. */
const fastDemo = async (...args: readonly string[]): Promise<Ended> => {
  const folder = mkdtempSync(join(tmpdir(), 'xconnector-demo-test-'))
  try {
    return await new Promise((resolve) => {
      const env = { ...process.env, TMPDIR: folder }
      execFile(
        process.execPath,
        [main, '--fast', '--files', files, ...args],
        { env },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : Number(error.code)
          const left = readdirSync(folder).filter((name) => name.startsWith('xconnector'))
          resolve({ code, output: stdout + stderr, left })
        },
      )
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the demo', () => {
  test('reconciles after a kill in the middle of an upload, an outage and a replay, and leaves nothing behind', async () => {
    const { code, output, left } = await fastDemo()
    expect(output).toContain('Everything reconciles')
    expect(code).toBe(0)
    const [, entries, uploads] = /kill -9 with (\d+) entries and (\d+) uploads? in flight/.exec(output) ?? []
    expect(Number(entries)).toBeGreaterThanOrEqual(20)
    expect(Number(uploads)).toBeGreaterThanOrEqual(1)
    expect(output).toMatch(/portal mended, [1-9]\d* dead letters? replayed/)
    expect(left).toEqual([])
  })

  test.each([
    ['lose', /lost: \d+ of \d+ acknowledged for entries, but never in the journal/],
    ['duplicate', /duplicate: portal got \d+ under more than one idempotency key/],
    ['stale', /stale: site got an older version after a newer one/],
    ['corrupt', /corrupt: VIP holds other bytes of/],
    ['skip-replay', /dead letters? left after the replay/],
  ])('is noticed to %s', async (sabotage, sentence) => {
    const { code, output, left } = await fastDemo('--sabotage', sabotage)
    expect(output).toMatch(sentence)
    expect(output).toContain('It does not reconcile')
    expect(code).toBe(1)
    expect(left).toEqual([])
  })
})

import { execFile } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvidence, type Evidence } from '../src/checker/evidence.ts'
import { laws } from '../src/checker/laws.ts'
import { evidenceIn } from '../src/shared/evidence.ts'
import { LARGE } from './support/checker-files.ts'
import { writeRun } from './support/checker-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'xconnector-checker-'))
const run = join(folder, 'run')
let evidence: Evidence
beforeAll(async () => {
  mkdirSync(run)
  await writeRun(run)
  evidence = await readEvidence(run, LARGE)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the checker as the demo does, on a copy of the run that `spoil` has been at. */
const check = (
  name: string,
  spoil: (folder: string) => void = () => {},
  env: Readonly<Record<string, string>> = { LARGE_BYTES: String(LARGE) },
): Promise<{ readonly code: number; readonly output: string }> => {
  const copy = join(folder, name)
  cpSync(run, copy, { recursive: true })
  spoil(copy)
  const checker = join(import.meta.dirname, '../src/checker/checker.ts')
  return new Promise((resolve) => {
    execFile(process.execPath, [checker], { env: { ...env, FOLDER: copy } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    )
  })
}

describe('the evidence of a run', () => {
  test('holds the books of every flow and target, as a runtime has written them', () => {
    const { starts, targets, strange } = evidence.books
    expect(starts.entries).toEqual({
      accepted: 60,
      done: { delivered: 57, superseded: 3 },
      dead: 0,
      pending: 0,
    })
    expect(targets.site).toEqual({ accepted: 57, done: { delivered: 57 }, dead: 0, pending: 0 })
    expect(targets.portal).toEqual(targets.site)
    expect(targets.vip).toEqual({ accepted: 8, done: { delivered: 8 }, dead: 0, pending: 0 })
    expect(starts.assets).toEqual(targets.vip)
    expect(targets.tracking.accepted).toBe(14)
    expect(strange).toEqual([])
  })

  test('holds what VIP has on disk, hashed and known by its first bytes', () => {
    const sums = evidence.vip.assets.flatMap(({ versions }) => versions.map(({ id, sha256 }) => [id, sha256]))
    expect([...evidence.held].map(([id, { sha256 }]) => [id, sha256])).toEqual(sums)
    const formats = new Set([...evidence.held.values()].map(({ format }) => format))
    expect(formats).toEqual(new Set(['ZIP', 'JPEG', 'PNG', 'GIF', 'PDF', 'MP4', 'WAV']))
    expect(evidence.largest.size).toBe(LARGE)
    expect(evidence.largest.gzip).toBeGreaterThan(LARGE)
  })

  test('counts an acknowledgement that came twice once', () => {
    expect(evidence.acknowledged.size).toBe(68)
    expect(evidence.acknowledgedAgain).toBe(1)
  })

  test('holds every law', () => {
    expect(laws.flatMap((law) => law(evidence).broken)).toEqual([])
  })
})

describe('the checker', () => {
  test.concurrent('shows figures and laws, and ends with 0 when everything reconciles', async () => {
    const { code, output } = await check('good')
    expect(output).toMatch(/│ portal +│ +57 │ +57 │ +0 │ +0 │ +0 │/)
    expect(output).toMatch(/│ ZIP +│ +1 │ +200 kB │/)
    expect(output).toContain('peak memory of the service 128.0 MiB')
    expect(output).toContain('265 kB of files sent to VIP, 49 KiB of them again')
    expect(output.match(/✓/g)?.length).toBe(laws.length)
    expect(output).not.toContain('✗')
    expect(code).toBe(0)
  })

  test.concurrent('believes the bytes on disk, demands a large file, and ends with 1', async () => {
    const { code, output } = await check(
      'bad',
      (copy) => {
        const bytes = readFileSync(join(copy, 'vip/upl_3_1'))
        bytes[1000]! ^= 1
        writeFileSync(join(copy, 'vip/upl_3_1'), bytes)
        // The writer was killed: what it had not ended is no line.
        appendFileSync(evidenceIn(copy).requests('site'), '{"at":18000')
      },
      {},
    )
    expect(output).toMatch(/✗ corrupt: VIP holds other bytes of blt\w+ v1 \(file-3\.gif\)/)
    expect(output).toContain('✗ the largest file at VIP is 200 kB, not 100.0 MB')
    expect(output.match(/✗/g)?.length).toBe(2)
    expect(output).toMatch(/It does not reconcile: corrupt: VIP holds other bytes/)
    expect(code).toBe(1)
  })
})

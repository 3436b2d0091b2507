import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acceptReports, compareReports } from '../../src/publish/reconcile.ts'

let checkout: string
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'xconnector-reports-'))
})
afterEach(() => rmSync(checkout, { recursive: true }))

const REPORT = 'packages/a/api/index.api.md'

test('a report that does not exist yet is trouble until it is accepted', () => {
  const wanted = new Map([[REPORT, 'export const a: 1;\n']])
  expect(compareReports(checkout, wanted)).toEqual([{ report: REPORT, trouble: 'it does not exist yet' }])
  acceptReports(checkout, wanted)
  expect(compareReports(checkout, wanted)).toEqual([{ report: REPORT, trouble: undefined }])
  expect(readFileSync(join(checkout, REPORT), 'utf8')).toBe('export const a: 1;\n')
})

test('a changed type is shown, and the check writes nothing', () => {
  acceptReports(checkout, new Map([[REPORT, 'export const a: 1;\n']]))
  const [finding] = compareReports(checkout, new Map([[REPORT, 'export const a: 2;\n']]))
  expect(finding!.trouble).toContain('- export const a: 1;\n+ export const a: 2;')
  expect(readFileSync(join(checkout, REPORT), 'utf8')).toBe('export const a: 1;\n')
})

test('the report of an entry point that is gone is trouble, and goes when the rest is accepted', () => {
  const wanted = new Map([[REPORT, 'export const a: 1;\n']])
  acceptReports(checkout, wanted)
  const old = 'packages/a/api/old.api.md'
  writeFileSync(join(checkout, old), 'export const b: 1;\n')
  expect(compareReports(checkout, wanted).at(-1)).toEqual({
    report: old,
    trouble: 'there is no such entry point any more',
  })
  acceptReports(checkout, wanted)
  expect(existsSync(join(checkout, old))).toBe(false)
})

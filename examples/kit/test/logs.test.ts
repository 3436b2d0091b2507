import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DurableLines } from '../src/durable-lines.ts'
import { readPeakMemory } from '../src/peak-memory.ts'
import { readLines } from '../src/read-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'xconnector-kit-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a file of JSON lines', () => {
  test('holds a line once its promise has resolved, in the order of appending', async () => {
    const path = join(folder, 'lines.jsonl')
    const lines = await DurableLines.open<{ readonly n: number }>(path)
    await Promise.all([1, 2, 3].map((n) => lines.append({ n })))
    expect(await readLines(path)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    await lines.close()
  })

  test('may end in a torn line, which is left out', async () => {
    const path = join(folder, 'torn.jsonl')
    writeFileSync(path, '{"n":1}\n{"n":')
    expect(await readLines(path)).toEqual([{ n: 1 }])
  })

  test('is refused with its place where a line in the middle is torn', async () => {
    const path = join(folder, 'broken.jsonl')
    writeFileSync(path, '{"n":1}\n{"n":\n')
    appendFileSync(path, '{"n":3}\n')
    await expect(readLines(path)).rejects.toThrow(`${path}:2: expected JSON`)
  })

  test('that is not there has no lines', async () => {
    expect(await readLines(join(folder, 'absent.jsonl'))).toEqual([])
  })
})

describe('peak memory', () => {
  test('is the highest of all processes of a name', () => {
    for (const [name, bytes] of Object.entries({ 'service-10': 5, 'service-11': 9, 'cms-12': 7 }))
      writeFileSync(join(folder, `${name}.peak`), String(bytes))
    expect(readPeakMemory(folder)).toEqual(
      new Map([
        ['service', 9],
        ['cms', 7],
      ]),
    )
  })
})

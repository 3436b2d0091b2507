import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bugs } from '../src/planted/bugs.ts'
import { bundle, root } from '../src/planted/bundle.ts'
import { hunt } from '../src/planted/hunt.ts'
import { planted, type PlantedBug } from '../src/planted/planted-bug.ts'

// What simulation is worth is shown by faults that it must find. None is ever written to the sources: a bundle has it.
const SEEDS = 10_000
const MOST_FOR_SOUND = 1000

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'xconnector-planted-')))
})
afterAll(() => rmSync(folder, { recursive: true }))

const text = (file: string): string => readFileSync(join(root, file), 'utf8')

describe('each planted bug is found by simulation', () => {
  let slowest = 1
  for (const bug of bugs)
    test(`${bug.name}: found by the law ${bug.laws.join(' or ')}`, async ({ annotate }) => {
      const bundled = join(folder, `${bug.name.replaceAll(' ', '-')}.mjs`)
      await bundle(bundled, bug)
      const hunted = await hunt(bundled, { from: 1, seeds: SEEDS })
      expect(hunted, `not found in ${SEEDS} seeds`).toMatchObject({ found: true })
      if (!hunted.found) return
      slowest = Math.max(slowest, hunted.seeds)
      await annotate(`found after ${hunted.seeds} seeds`)
      expect(bug.laws, `found after ${hunted.seeds} seeds`).toContain(hunted.law)
    })

  test('without a bug, as many seeds pass as the slowest needed', async () => {
    const bundled = join(folder, 'sound.mjs')
    await bundle(bundled)
    const seeds = Math.min(slowest, MOST_FOR_SOUND)
    expect(await hunt(bundled, { from: 1, seeds })).toEqual({ found: false, seeds })
  })
})

test('there are ten bugs, each of which changes what stands exactly once in its file', () => {
  expect(new Set(bugs.map((b) => b.name)).size).toBe(10)
  for (const bug of bugs) expect(planted(text(bug.file), bug)).not.toBe(text(bug.file))
})

test('a bug that cannot be planted is refused', async () => {
  const bug: PlantedBug = { name: 'b', laws: ['l'], file: bugs[0]!.file, find: 'journal', replace: 'j' }
  expect(() => planted(text(bug.file), bug)).toThrow(/^b: "journal" occurs \d+ times/)
  expect(() => planted('a', { ...bug, find: 'a', replace: 'a' })).toThrow('changes nothing')
  const elsewhere = { ...bug, file: 'packages/core/src/nowhere.ts' }
  await expect(bundle(join(folder, 'nowhere.mjs'), elsewhere)).rejects.toThrow('is no part of')
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faulty, type Candidate } from './candidates.ts'
import { testsFor, type Reach } from './reach.ts'
import type { TestedCopy } from './tested-copy.ts'

/**
 * How a generated mutant fared. `killed`: a test failed. `timeout`: the tests did not come to an end, which is noticed
 * too. `survived`: every test that comes to the place passed. `unreached`: no test comes there, so that it survives.
 */
export type Fate = 'killed' | 'timeout' | 'survived' | 'unreached'

/** A mutant and what became of it. */
export interface Fared extends Candidate {
  readonly fate: Fate
  /** The test that noticed; how many files did not. */
  readonly detail: string
  readonly seconds: number
}

/**
 * Puts a generated mutant into a copy, runs the tests that come to its place, the fastest first, and takes it out.
 * `budget`: what they may take together of a processor without it, in milliseconds.
 */
export const tryGenerated = async (
  copy: TestedCopy,
  reach: Reach,
  mutant: Candidate,
  budget: number,
): Promise<Fared> => {
  const began = performance.now()
  const fared = (fate: Fate, detail: string): Fared => ({
    ...mutant,
    fate,
    detail,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  })
  const tests = testsFor(reach, mutant, budget)
  if (tests.length === 0) return fared('unreached', 'no test comes there')
  const path = join(copy.folder, mutant.file)
  const sound = readFileSync(path, 'utf8')
  writeFileSync(path, faulty(sound, mutant))
  try {
    const takes = tests.reduce((ms, t) => ms + t.takes, 0)
    const longest = Math.max(...tests.map((t) => t.longest))
    const end = await copy.run(
      tests.map((t) => t.path),
      // Other work on the machine makes them slower, and a mutant that hangs should not take minutes.
      { bail: true, testTimeout: Math.max(20_000, 8 * longest), limit: 45_000 + 6 * takes },
    )
    if (end.late) return fared('timeout', `not at its end after ${Math.round(45 + (6 * takes) / 1000)} s`)
    return end.passed ? fared('survived', `${tests.length} test files passed`) : fared('killed', end.first)
  } finally {
    writeFileSync(path, sound)
  }
}

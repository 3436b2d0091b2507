import { describe, expect, it } from 'vitest'
import { compile } from '../../src/decode/guard.js'
import { guarded } from '../../src/decode/guarded.js'
import { byIoTs } from '../../src/decode/io-ts.js'
import type { Issue } from '../../src/failure/decode-failed.js'
import { seededRandom } from '../../src/ports/random.js'
import { codecOf, type Pick } from './codecs.js'
import { valueOf } from './values.js'

const CODECS = 600
const VALUES = 40

const shown = (f: () => unknown): unknown => {
  try {
    return f()
  } catch (thrown) {
    return { threw: (thrown as Error).name }
  }
}

describe('a guard on 24,000 generated values of 600 generated codecs', () => {
  const pick: Pick = seededRandom(20261121)
  const counts = { compiled: 0, yes: 0, no: 0, unsure: 0, values: 0 }
  const wrong: unknown[] = []
  for (let c = 0; c < CODECS; c++) {
    const codec = codecOf(pick, 4)
    const guard = compile(codec)
    if (guard === undefined) continue
    counts.compiled++
    const ours = guarded(codec)
    const theirs = byIoTs(codec)
    for (let v = 0; v < VALUES; v++) {
      const value = valueOf(codec, pick, v % 2 === 0 ? 0 : 0.08)
      counts.values++
      const told = shown(() => theirs(value)) as { _tag?: string; left?: unknown; right?: unknown }
      const said = shown(() => ours(value)) as typeof told
      if (told._tag !== said._tag || JSON.stringify(told.left) !== JSON.stringify(said.left))
        wrong.push({ codec: codec.name, told, said })
      const verdict = shown(() => guard.check(value))
      if (verdict === 1) {
        counts.yes++
        if (told._tag !== 'Right' || !Object.is(told.right, value))
          wrong.push({ codec: codec.name, yes: value, told })
      } else if (verdict === 0) {
        const issues: Issue[] = []
        const sure = guard.collect(value, issues) === 0 && issues.length > 0
        counts[sure ? 'no' : 'unsure']++
        if (told._tag === 'Right') wrong.push({ codec: codec.name, no: value, told })
        if (sure && JSON.stringify(told.left) !== JSON.stringify(issues))
          wrong.push({ codec: codec.name, issues, told })
      } else counts.unsure++
    }
  }

  it('gives the verdict and the issues that decode gives', () => {
    expect(wrong.slice(0, 3)).toEqual([])
  })

  it('says yes only where decode gives the very value back, and no only where it refuses', () => {
    expect(counts.yes + counts.no + counts.unsure).toBe(counts.values)
  })

  it('compiles every generated codec, and is sure of most values on both sides', () => {
    expect(counts.compiled).toBe(CODECS)
    expect(counts.values).toBeGreaterThanOrEqual(10_000)
    expect(counts.yes).toBeGreaterThan(5_000)
    expect(counts.no).toBeGreaterThan(3_000)
    expect(counts.unsure).toBeGreaterThan(100)
    expect(counts.unsure).toBeLessThan(counts.values / 5)
  })
})

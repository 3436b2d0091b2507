import { describe, expect, it } from 'vitest'
import { drawFigure } from '../src/plot/draw-figure.ts'
import { planOf } from '../src/load/plan.ts'
import { overloadOnly, wholeRun } from '../src/load/plots.ts'
import { report } from '../src/load/report.ts'
import { PHASES } from '../src/load/record.ts'
import { resultsOf } from '../src/load/results.ts'
import { run } from '../src/load/run.ts'

describe('a run under load', () => {
  it('loses nothing, and gives figures of all its parts', async () => {
    const told: string[] = []
    const measured = await run(planOf(0.02), 60, { said: (what) => told.push(what), seen() {} })
    const results = resultsOf(measured)
    const verdict = (what: string): string | undefined =>
      results.judgements.find((judgement) => judgement.what === what)?.verdict
    expect(verdict('accepted and not delivered to all')).toBe('met')
    expect(verdict('books: accepted less taken in')).toBe('met')
    expect(verdict('books: dead or waiting at the end')).toBe('met')
    expect(verdict('delivered and never sent')).toBe('met')
    expect(verdict('503 without Retry-After')).toBe('met')
    expect(measured.violations).toEqual([])
    expect(measured.complete).toBeGreaterThan(100)
    expect(measured.endings.all.accepted).toBe(measured.complete)
    expect(measured.stretches.map(({ phase }) => phase)).toEqual([...PHASES])
    expect(new Set(measured.seen.map(({ phase }) => phase))).toEqual(new Set(PHASES))
    expect(told).toContain('overload: 857 messages a second')
    expect(report(results)).toContain('accepted and not delivered to all')
    expect(drawFigure(wholeRun(measured))).toContain('60 messages/s')
    expect(drawFigure(overloadOnly(measured))).toContain('857/s in overload')
  })
})

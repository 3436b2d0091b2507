import { expect, test } from 'vitest'
import { judge, ratio, type Row } from '../src/harness/row.ts'
import type { Absent, Round, Sample } from '../src/harness/sample.ts'

const round = (measured: Readonly<Record<string, Sample | Absent>>): Round =>
  new Map(Object.entries(measured))

const row: Row = { row: 'ours / peer', of: ratio('ours', 'peer', 'ns'), must: { atMost: 2 } }

test('the judged figure is the median of the ratios of each round, not the ratio of the medians', () => {
  const rounds = [
    round({ ours: { ns: 10 }, peer: { ns: 10 } }),
    round({ ours: { ns: 90 }, peer: { ns: 30 } }),
    round({ ours: { ns: 30 }, peer: { ns: 20 } }),
  ]
  expect(judge(row, rounds)).toMatchObject({ rounds: [1, 3, 1.5], figure: 1.5, verdict: 'met' })
})

test('a figure beyond its bound is missed, on the side that the bound says', () => {
  const rounds = [round({ ours: { ns: 30 }, peer: { ns: 10 } })]
  expect(judge(row, rounds).verdict).toBe('missed')
  expect(judge({ ...row, must: { atLeast: 2 } }, rounds).verdict).toBe('met')
  expect(judge({ ...row, must: { atLeast: 4 } }, rounds).verdict).toBe('missed')
})

test('a figure at its bound is met', () => {
  const rounds = [round({ ours: { ns: 20 }, peer: { ns: 10 } })]
  expect(judge(row, rounds).verdict).toBe('met')
  expect(judge({ ...row, must: { atLeast: 2 } }, rounds).verdict).toBe('met')
})

test('a row is absent when a side has no server, or was not asked for', () => {
  const ours = { ours: { ns: 20 } }
  expect(judge(row, [round({ ...ours, peer: { absent: 'no server' } })]).verdict).toBe('absent')
  expect(judge(row, [round(ours)]).verdict).toBe('absent')
})

test('a row without a bound is told', () => {
  const { must: _, ...plain } = row
  expect(judge(plain, [round({ ours: { ns: 20 }, peer: { ns: 10 } })])).toMatchObject({
    figure: 2,
    verdict: 'told',
  })
})

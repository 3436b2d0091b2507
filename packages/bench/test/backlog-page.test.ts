import { expect, test } from 'vitest'
import { backlogTable, wantsPage } from '../src/backlog/page.ts'

const rows = (entries: number, seconds: number, rate: number) =>
  [
    { row: 'entries waiting', unit: '', figure: entries, must: undefined },
    { row: 'start', unit: 's', figure: seconds, must: { atMost: 2 } },
    { row: 'rate', unit: '/s', figure: rate, must: undefined },
  ].map((row) => ({ ...row, rounds: [], verdict: 'told' as const }))

test('backlogs of several sizes are columns of one table, and a missed bound is said', () => {
  expect(
    backlogTable([rows(100_000, 0.5, 4000), rows(1_000_000, 3, 2000)])
      .trim()
      .split('\n'),
  ).toEqual([
    '| | 100,000 entries | 1,000,000 entries | must be |',
    '|---|---|---|---|',
    '| start | 0.5 s | 3 s, missed | <= 2 s |',
    '| rate | 4,000 /s | 2,000 /s |  |',
  ])
})

test('the page is written only where that is asked for', () => {
  const argv = ['--rounds', '1', '--page', '--only', 'x']
  expect([wantsPage(argv), argv]).toEqual([true, ['--rounds', '1', '--only', 'x']])
  expect(wantsPage(argv)).toBe(false)
})

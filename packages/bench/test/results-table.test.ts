import { expect, test } from 'vitest'
import { judge } from '../src/harness/row.ts'
import { rowTable, short, variantTable } from '../src/harness/table.ts'

const rounds = [
  new Map([
    ['ours', { ns: 120.4 }],
    ['peer', { absent: 'its server is not installed' }],
  ]),
]

test('an absent variant is named with its reason, and its row printed as absent', () => {
  expect(variantTable(rounds)).toMatch(/^peer \(absent: its server is not installed\) +-$/m)
  const row = judge(
    { row: 'ours / peer', of: (at) => at('ours', 'ns') / at('peer', 'ns'), must: { atMost: 2 } },
    rounds,
  )
  expect(rowTable([row])).toMatch(/^ours \/ peer +absent +- +<= 2 +absent$/m)
})

test('a judged row shows its figure with its unit, its bound with the aim, and its verdict', () => {
  const row = judge(
    { row: 'cost', of: (at) => at('ours', 'ns'), must: { atMost: 200, aim: 150 }, unit: 'ns' },
    rounds,
  )
  expect(rowTable([row])).toMatch(/^cost +120 ns +120 to 120 +<= 200 \(150\) +met$/m)
})

test('numbers are shown with three significant digits', () => {
  expect([0.01562, 1.005, 99.94, 12_345.6, Number.NaN].map(short)).toEqual([
    '0.0156',
    '1',
    '99.9',
    '12,346',
    '-',
  ])
})

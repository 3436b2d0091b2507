import { expect, test } from 'vitest'
import { badRows, lineOf, meantOf } from '../nightly-import/export.ts'
import { broken, type Evidence } from '../nightly-import/laws.ts'
import type { Product } from '../nightly-import/systems.ts'

const catalogue = { rows: 200, bad: 2 }
const report = {
  run: 'one',
  flow: 'nightly-import',
  split: 'products',
  started: 0,
  ended: 1000,
  took: 1000,
  total: 200,
  created: 178,
  updated: 10,
  unchanged: 10,
  dead: 2,
  skipped: 0,
  held: 0,
}

/** What a run leaves that lost nothing; `change` spoils it. */
const evidence = (change: (e: Evidence) => void = () => {}): Evidence => {
  const bad = badRows(catalogue)
  const good = Array.from({ length: 200 }, (_, i) => i).filter((i) => !bad.has(i))
  const second = { ...report, run: 'two', created: 0, updated: 0, unchanged: 198 }
  const made: Evidence = {
    catalogue,
    before: { same: 10, old: 10 },
    kills: 0,
    seen: {
      products: new Map(good.map((i): [string, Product] => [`P-${i}`, { ...meantOf(i), fingerprint: '' }])),
      downloads: 1,
      puts: 188,
      again: 0,
      calls: 190,
      refused: 0,
      bySecond: new Map(),
      told: [
        { report, puts: 188, calls: 189 },
        { report: second, puts: 188, calls: 190 },
      ],
    },
    dead: ['one', 'two'].flatMap((run) =>
      [...bad].map((i) => ({ id: `${run}/products/${i}`, hop: 'item', body: { line: lineOf(i) } })),
    ),
  }
  change(made)
  return made
}
const told = (e: Evidence): Evidence['seen']['told'] => e.seen.told
const nth = (e: Evidence, n: number, change: object): void => {
  const { report: before, ...rest } = told(e)[n]!
  told(e)[n] = { ...rest, report: { ...before, ...change } }
}

test('nothing is broken where nothing is lost, doubled or wrong', () => {
  expect(broken(evidence())).toEqual([])
})

test.each<[string, (e: Evidence) => void]>([
  ['1 products of the file are not in the shop', (e) => e.seen.products.delete('P-7')],
  [
    '1 products of the shop are not as in the file',
    (e) => e.seen.products.set('P-7', { ...meantOf(8), sku: 'P-7', fingerprint: '' }),
  ],
  [
    '1 products of the shop are in no good row',
    (e) => e.seen.products.set('P-x', { ...meantOf(8), fingerprint: '' }),
  ],
  ['1 products were put twice, more than were in hand at the kills', (e) => e.seen.puts++],
  ['1 calls came faster than the shop allows', (e) => e.seen.refused++],
  ['a report is missing', (e) => told(e).pop()],
  ['1 reports came twice', (e) => told(e).push(told(e)[1]!)],
  ['-1 rows too many in the report of the first night', (e) => nth(e, 0, { total: 199 })],
  ['1 dead rows too many in it', (e) => nth(e, 0, { dead: 3 })],
  ['5 unchanged rows too many in it', (e) => nth(e, 0, { unchanged: 15 })],
  ['-1 created and updated rows too many in it', (e) => nth(e, 0, { created: 177 })],
  ['11 updated rows in it, which cannot be', (e) => nth(e, 0, { created: 177, updated: 11 })],
  [
    '3 products were put in the second night, of a file that had not changed',
    (e) => (told(e)[1] = { ...told(e)[1]!, puts: 191 }),
  ],
  ['-1 unchanged rows too many in the report of the second night', (e) => nth(e, 1, { unchanged: 197 })],
  ['dead letters name the lines 52, and bad are 52,152', (e) => (e.dead as unknown[]).splice(1, 1)],
])('%s', (sentence, change) => {
  expect(broken(evidence(change))).toEqual([sentence])
})

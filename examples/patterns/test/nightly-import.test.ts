import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testFlow, type FlowTest, type TestOptions } from '@xconnector/core/testing'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { estimate } from '@xconnector/core'
import { nightlyImport } from '../nightly-import/flow.ts'
import { runUntil } from './run-until.ts'
import { exportOf, shopOf, type Shop } from './shop.ts'

const config = {
  SUPPLIER_URL: 'https://supplier.test',
  SUPPLIER_TOKEN: 'supplier-token',
  SHOP_URL: 'https://shop.test',
  SHOP_TOKEN: 'shop-token',
  REPORTS_URL: 'https://reports.test',
}
const apis = setupServer()
beforeAll(() => apis.listen({ onUnhandledFrame: 'error' }))
afterAll(() => apis.close())

const importing = (
  shop: Shop,
  options: { readonly rate?: number; readonly file?: string } = {},
  more: TestOptions = {},
): FlowTest => {
  apis.resetHandlers(...shop.handlers)
  return testFlow(nightlyImport({ rate: 1000, ...options }), { config, ...more })
}
const night = (t: FlowTest) => ({ at: t.clock.now(), late: 0, skipped: 0 })

const EXPORT = 'https://supplier.test/exports/products.csv'

/** Most of an export, once, which then stands still. Gives what breaks it off. */
const standingStill = (shop: Shop): ((fault: Error) => void) => {
  let broken: (fault: Error) => void = () => {}
  const most = shop.file.slice(0, shop.file.length * 0.9)
  const answer = (): HttpResponse<ReadableStream> => {
    shop.downloads++
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(new TextEncoder().encode(most))
        broken = (fault) => stream.error(fault)
      },
    })
    return new HttpResponse(body)
  }
  apis.use(http.get(EXPORT, answer, { once: true }))
  return (fault) => broken(fault)
}

test('new products are created, changed ones updated, the others left alone; one report tells of it', async () => {
  const shop = shopOf(exportOf(300))
  await using t = importing(shop)
  const first = await t.send(night(t))
  expect([shop.puts.length, shop.products.size, shop.asked]).toEqual([300, 300, [300]])
  expect(shop.products.get('P-7')).toMatchObject({ name: 'Product, no. 7', cents: 750, stock: 7 })

  shop.file = exportOf(301, { 9: 'P-7,"Product, no. 7",6.99,7' })
  shop.puts.length = 0
  const second = await t.send(night(t))
  expect(shop.puts.toSorted()).toEqual(['P-300', 'P-7'])
  expect(shop.products.get('P-7')!.cents).toBe(699)
  const counted = { dead: 0, skipped: 0, held: 0 }
  expect(shop.reports).toMatchObject([
    { flow: 'nightly-import', total: 300, created: 300, updated: 0, unchanged: 0, ...counted },
    { total: 301, created: 1, updated: 1, unchanged: 299, ...counted },
  ])
  expect([first.dead, second.dead, second.pending]).toEqual([[], [], 0])
})

test('the same file again changes nothing, and costs one call for 500 rows', async () => {
  const shop = shopOf(exportOf(1200))
  await using t = importing(shop)
  await t.send(night(t))
  shop.puts.length = 0
  shop.asked.length = 0
  await t.send(night(t))
  expect([shop.puts, shop.asked]).toEqual([[], [500, 500, 200]])
  expect(shop.reports[1]).toMatchObject({ total: 1200, created: 0, updated: 0, unchanged: 1200 })
})

test('bad rows are put aside with their line, the others go on', async () => {
  const shop = shopOf(
    exportOf(50, { 5: 'P-3,no price', 20: 'P-18,"Product",cheap,1', 30: '"P-28"x,a,1.00,1' }),
  )
  await using t = importing(shop)
  const { dead } = await t.send(night(t))
  const lines = dead.map((d) => (d.body as { readonly line: number }).line)
  expect(lines.toSorted((a, b) => a - b)).toEqual([5, 20, 30])
  expect(dead.map((d) => d.error._tag)).toEqual(Array(3).fill('DecodeFailed'))
  expect([shop.products.size, shop.reports.length]).toEqual([47, 1])
  expect(shop.reports[0]).toMatchObject({ total: 50, created: 47, dead: 3 })
})

test('a run keeps to the rate of the shop: its virtual time is what the estimate says', async () => {
  const shop = shopOf(exportOf(2000))
  await using t = importing(shop, { rate: 50 })
  await t.send(night(t))
  const { took } = shop.reports[0] as { readonly took: number }
  const { ms, slowest } = estimate(nightlyImport({ rate: 50 }), { rows: 2000, latency: '10ms' })
  // The end of a run is looked for every few seconds.
  expect(took).toBeGreaterThanOrEqual(ms - 100)
  expect(took).toBeLessThan(ms * 1.2)
  expect([slowest, shop.puts.length]).toEqual(['shop', 2000])
})

test('100,000 rows take a hundred seconds at 1,000 calls a second, and nearly three hours at ten', () => {
  const at = (rate: number) => estimate(nightlyImport({ rate }), { rows: 100_000, latency: '10ms' }).ms
  expect([at(1000), at(10)]).toEqual([99_010, 9_999_010])
})

test('a crash while the export is being read: it goes on at the next row, and none is put twice', async () => {
  const shop = shopOf(exportOf(1500))
  await using t = importing(shop)
  standingStill(shop)
  await t.give(night(t))
  await runUntil(t, 'the first 500 are put', () => shop.puts.length === 500)
  await t.restart()
  const { dead, pending } = await t.settle()
  expect([shop.puts.length, shop.products.size, shop.downloads]).toEqual([1500, 1500, 2])
  expect([dead, pending]).toEqual([[], 0])
  expect(shop.reports).toMatchObject([{ total: 1500, created: 1500, dead: 0 }])
})

test('crashes while products are put: none is lost, and none put twice but those in flight', async () => {
  const shop = shopOf(exportOf(600))
  await using t = importing(shop, { rate: 50 })
  await t.give(night(t))
  for (const part of [100, 400]) {
    await runUntil(t, `${part} are put`, () => shop.puts.length >= part)
    await t.restart()
  }
  const { dead, pending } = await t.settle()
  expect([shop.products.size, dead, pending, shop.reports.length]).toEqual([600, [], 0, 1])
  expect(shop.puts.length - 600).toBeLessThanOrEqual(2 * 16)
  expect(shop.reports[0]).toMatchObject({ total: 600, unchanged: 0, dead: 0 })
})

test('an export that breaks off is asked for again; no row is lost, none put twice', async () => {
  const shop = shopOf(exportOf(1200))
  await using t = importing(shop)
  const breakOff = standingStill(shop)
  await t.give(night(t))
  await runUntil(t, 'the first 500 are put', () => shop.puts.length === 500)
  breakOff(new Error('cut'))
  const { dead, pending } = await t.settle()
  expect([shop.downloads, shop.puts.length, shop.products.size]).toEqual([2, 1200, 1200])
  expect([dead, pending, shop.reports.length]).toEqual([[], 0, 1])
})

test('the supplier down at two, the shop down for an hour: it is all there in the morning', async () => {
  const shop = shopOf(exportOf(600))
  await using t = importing(shop)
  const from = t.clock.now()
  const untilThree = () =>
    t.clock.now() < from + 3_600_000 ? new HttpResponse(null, { status: 503 }) : undefined
  apis.use(http.all('https://shop.test/*', untilThree), http.get('https://supplier.test/*', untilThree))
  const { dead, pending } = await t.send(night(t))
  expect([shop.products.size, shop.puts.length, dead, pending]).toEqual([600, 600, [], 0])
  expect(shop.reports).toMatchObject([{ total: 600, created: 600 }])
})

test('a file of a disk in place of the export', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xconnector-import-'))
  try {
    const file = join(folder, 'products.csv')
    writeFileSync(file, exportOf(20))
    const shop = shopOf('')
    await using t = importing(shop, { file })
    await t.send(night(t))
    expect([shop.products.size, shop.downloads]).toEqual([20, 0])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a file without a column that is needed is put aside as a whole, and nothing is touched', async () => {
  const shop = shopOf('sku,title\nP-1,One\n')
  await using t = importing(shop)
  const { dead, pending } = await t.send(night(t))
  expect(dead.map((d) => [d.hop, d.error.message])).toEqual([
    ['products', expect.stringContaining('there is no column "name", "price", "stock"')],
  ])
  expect([shop.puts, pending]).toEqual([[], 0])
})

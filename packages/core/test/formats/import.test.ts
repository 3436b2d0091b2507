import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { createDestination, deadLetter, flow, right, target, type Context } from '../../src/index.js'
import { csv } from '../../src/formats/csv.js'
import { ndjson } from '../../src/formats/ndjson.js'
import { testFlow } from '../../src/testing/index.js'
import { cut } from './bytes.js'

const Price = t.type({ sku: t.string, price: t.string })
const put = target<{ sku: string; price: string }, undefined, never, 'idempotent'>({
  name: 'put',
  destination: createDestination({ name: 'shop' }),
  effect: 'idempotent',
  call: () => ({ result: right(undefined), seen: { as: 'ok' } }),
})
const skus = (delivered: readonly { readonly input: unknown }[]): string[] =>
  delivered.map((d) => (d.input as { sku: string }).sku)

describe('an import of a file', () => {
  test('puts a row that cannot be read aside, with its line, and delivers the others', async () => {
    const prices = flow('prices')
      .input<string>()
      .split('rows', (text) => csv.read(cut(text, 7)), put, { decode: Price })
      .otherwise(deadLetter())
    await using f = testFlow(prices)
    const { delivered, dead } = await f.send('sku,price\n1,2\nno price\n3,4\n"5"x,6\n7,8\n')
    expect(skus(delivered).toSorted()).toEqual(['1', '3', '7'])
    expect(dead.map((d) => [d.error._tag, d.body])).toEqual([
      [
        'DecodeFailed',
        { _tag: 'BadRow', kind: 'poison', line: 3, reason: 'it has 1 cells, and there are 2 columns' },
      ],
      ['DecodeFailed', expect.objectContaining({ _tag: 'BadRow', line: 5 })],
    ])
  })

  test('a row that decodes not is named by its line, where rows are numbered', async () => {
    const Numbered = t.type({ line: t.number, row: Price })
    const prices = flow('prices')
      .input<string>()
      .split(
        'rows',
        (text) => ndjson.read([text], { numbered: true }),
        put.with((r: t.TypeOf<typeof Numbered>) => r.row),
        {
          decode: Numbered,
        },
      )
      .otherwise(deadLetter())
    await using f = testFlow(prices)
    const { delivered, dead } = await f.send('{"sku":"1","price":"2"}\n{"sku":"3"}\n')
    expect(skus(delivered)).toEqual(['1'])
    expect(dead).toMatchObject([{ body: { line: 2, row: { sku: '3' } }, error: { _tag: 'DecodeFailed' } }])
  })

  test('goes on after a crash at the rows that are not committed, without reading the others', async () => {
    const positions: number[] = []
    // The first process gets half of the file, and waits for the rest when it is killed.
    const file = async function* (text: string, ctx: Context): AsyncGenerator<string, void, void> {
      yield text.slice(0, text.length / 2)
      if (positions.length === 1) await ctx.clock.sleep(60_000)
      yield text.slice(text.length / 2)
    }
    const prices = flow('prices')
      .input<string>()
      .split(
        'rows',
        (text, ctx) => {
          positions.push(ctx.position)
          return csv.read(file(text, ctx), { skip: ctx.position })
        },
        put,
        { decode: Price, chunk: 10, seek: true },
      )
      .otherwise(deadLetter())
    await using f = testFlow(prices)
    await f.give(`sku,price\n${Array.from({ length: 50 }, (_, i) => `${i},1\n`).join('')}`)
    await f.run(500)
    await f.restart()
    const { delivered, dead, pending } = await f.settle()
    expect(positions).toEqual([0, 20])
    expect([skus(delivered).length, new Set(skus(delivered)).size, dead, pending]).toEqual([50, 50, [], 0])
  })
})

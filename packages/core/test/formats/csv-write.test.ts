import fc from 'fast-check'
import { Readable } from 'node:stream'
import { text as whole } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { csv } from '../../src/formats/csv.js'
import { all, textOf } from './bytes.js'

describe('csv.write', () => {
  test('writes a header and a line for each row, quoting what needs it', async () => {
    const rows = [
      { sku: '1', name: 'Straße, "5"', price: 2.5, at: new Date(0), new: true, none: null, big: 12n },
      { sku: '2', name: 'two\nlines', price: -1, new: false },
    ]
    expect(await textOf(csv.write(rows))).toBe(
      'sku,name,price,at,new,none,big\n' +
        '1,"Straße, ""5""",2.5,1970-01-01T00:00:00.000Z,true,,12\n' +
        '2,"two\nlines",-1,,false,,\n',
    )
  })

  test('writes the columns asked for, in their order, under their titles', async () => {
    const rows = [{ sku: '1', price: 2, secret: 'x' }]
    expect(await textOf(csv.write(rows, { columns: ['price', 'sku'] }))).toBe('price,sku\n2,1\n')
    expect(await textOf(csv.write(rows, { columns: { sku: 'SKU', price: 'Price (EUR)' } }))).toBe(
      'SKU,Price (EUR)\n1,2\n',
    )
    // @ts-expect-error the rows have no such field
    const mistaken = () => csv.write(rows, { columns: ['prize'] })
    expect(mistaken).toBeTypeOf('function')
  })

  test('a name with a dot is a name', async () => {
    expect(await textOf(csv.write([{ 'a.b': 1, 'a[0]': 2 }]))).toBe('a.b,a[0]\n1,2\n')
  })

  test('writes other dialects', async () => {
    const options = { delimiter: ';', newline: '\r\n', bom: true } as const
    expect(await textOf(csv.write([{ a: 'x;y', b: 'z' }], options))).toBe('\uFEFFa;b\r\n"x;y";z\r\n')
    expect(await textOf(csv.write([{ a: 1 }], { header: false }))).toBe('1\n')
  })

  test('what a spreadsheet program would take for a formula is escaped when asked to, numbers are not', async () => {
    const rows = ['=1+1', '+1', '-1', '@x', '\tx', 'a=b'].map((a) => ({ a, n: -1 }))
    expect(await textOf(csv.write(rows, { formulas: 'escape', header: false }))).toBe(
      "'=1+1,-1\n'+1,-1\n'-1,-1\n'@x,-1\n'\tx,-1\na=b,-1\n",
    )
    expect(await textOf(csv.write(rows.slice(0, 1), { header: false }))).toBe('=1+1,-1\n')
  })

  test('without rows there is a header where the columns are known, and else nothing', async () => {
    expect(await textOf(csv.write([] as { a: string }[], { columns: ['a'] }))).toBe('a\n')
    expect([await textOf(csv.write([])), await textOf(csv.write([], { bom: true }))]).toEqual(['', '\uFEFF'])
  })

  test.each([
    [[{ a: 1 }, { a: 1, b: 2 }], 'row 2 has the field "b", which the first row has not: give columns'],
    [[{ a: {} }], 'row 1, "a": expected what one cell can hold, got a value of type object'],
    [[{ a: 1 }, { a: Number.NaN }], 'row 2, "a": expected what one cell can hold, got NaN'],
    [[{ a: new Date(Number.NaN) }], 'row 1, "a": expected what one cell can hold, got Invalid Date'],
  ])('names the row and field that cannot be written: %j', async (rows, message) => {
    await expect(textOf(csv.write(rows))).rejects.toThrow(message)
  })

  test.each([
    [{ delimiter: '' }, 'delimiter: expected one character, got ""'],
    [{ delimiter: '"' }, 'delimiter: expected one character'],
    [{ columns: [] }, 'columns: expected at least one'],
  ])('refuses options that make no sense: %j', (options, message) => {
    expect(() => csv.write([], options)).toThrow(message)
  })

  test('rows are made as the file is taken, in pieces of about 64 KiB; the rest is never made', async () => {
    let made = 0
    let closed = false
    const rows = (function* () {
      try {
        for (;;) yield { n: made++, text: 'x'.repeat(100) }
      } finally {
        closed = true
      }
    })()
    const pieces = csv.write(rows)[Symbol.asyncIterator]()
    const first = await pieces.next()
    expect((first.value as Uint8Array).length).toBeGreaterThan(60_000)
    expect(made).toBeLessThan(1000)
    await pieces.return!()
    expect(closed).toBe(true)
  })

  test('is a stream by Readable.from; rows that break, break it', async () => {
    expect(await whole(Readable.from(csv.write([{ a: 1 }]), { objectMode: false }))).toBe('a\n1\n')
    const rows = (async function* () {
      yield { a: 1 }
      throw new Error('cut')
    })()
    await expect(textOf(csv.write(rows))).rejects.toThrow('cut')
  })

  test('what was written is read back: any text, any columns, any dialect', async () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 5 })
      .filter((s) => s.trim() === s && s !== '__proto__' && !s.startsWith('\uFEFF'))
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', 'a', 'é') }),
    )
    const table = fc
      .uniqueArray(name, { minLength: 1, maxLength: 5 })
      .chain((names) =>
        fc.array(
          fc
            .tuple(...names.map(() => cell))
            .map((cells) => Object.fromEntries(names.map((n, i) => [n, cells[i]!]))),
        ),
      )
    const dialect = fc.record({
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      newline: fc.constantFrom('\n', '\r\n'),
      bom: fc.boolean(),
    } as const)
    await fc.assert(
      fc.asyncProperty(table, dialect, async (rows, { delimiter, newline, bom }) => {
        const pieces = csv.write(rows, { delimiter, newline: newline as '\n', bom })
        expect(await all(csv.read(pieces, { delimiter }))).toEqual(rows)
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})

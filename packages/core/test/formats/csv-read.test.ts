import fc from 'fast-check'
import { Readable } from 'node:stream'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { isFailure } from '../../src/index.js'
import type { BadRow } from '../../src/formats/bad-row.js'
import { csv } from '../../src/formats/csv.js'
import type { CsvRow } from '../../src/formats/csv-read.js'
import type { Numbered } from '../../src/formats/numbered.js'
import { liveGrowth } from '../live-bytes.js'
import { all, cut, shown } from './bytes.js'

const read = (text: string, options?: Parameters<typeof csv.read>[1]): Promise<unknown[]> =>
  shown(csv.read([text], options as object))

describe('csv.read', () => {
  test('gives each row by the names of the header, in whatever pieces the bytes come', async () => {
    const text = 'sku,name\r\n1,"Straße, ""5"""\r\n2,"two\r\nlines"\r\n\r\n3,\r\n'
    const rows = [
      { sku: '1', name: 'Straße, "5"' },
      { sku: '2', name: 'two\r\nlines' },
      { sku: '3', name: '' },
    ]
    for (const size of [1, 2, 3, 5, 7, 1000])
      expect(await all(csv.read(cut(text, size))), `pieces of ${size}`).toEqual(rows)
    expect(await all(csv.read(Readable.from([text.trimEnd()])))).toEqual(rows)
  })

  test.each([
    ['a byte order mark', '\uFEFFa,b\n1,2\n'],
    ['spaces around the names', ' a , b \n1,2'],
    ['blank lines', '\n\na,b\n\n\r\n1,2\n\n'],
    ['old Excel in German', 'a;b\n1;2', { delimiter: ';' }],
    ['tabs, without quotes', 'a\tb\n1\t2', { delimiter: '\t', quote: false }],
    ['names of its own', '1,2', { columns: ['a', 'b'] }],
    ['other quotes', "'a',b\n'1',2", { quote: "'" }],
  ] as const)('reads a file with %s', async (_, text, options?: object) => {
    for (const size of [1, 64])
      expect(await shown(csv.read(cut(text, size), options))).toEqual([{ a: '1', b: '2' }])
  })

  test('reads other encodings, whatever the pieces', async () => {
    const text = 'name,price\nStraße,5 €\n'
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le')
    for (const size of [1, 3, 64])
      expect(await all(csv.read(cut(utf16, size), { encoding: 'utf-16le' }))).toEqual([
        { name: 'Straße', price: '5 €' },
      ])
    const ansi = Buffer.from('name\nStra\xDFe\n', 'latin1')
    expect(await all(csv.read([ansi], { encoding: 'windows-1252' }))).toEqual([{ name: 'Straße' }])
    expect(await shown(csv.read([ansi]))).toEqual([
      'csv, line 2: it is not UTF-8: give the encoding of the file',
    ])
    expect(() => csv.read([], { encoding: 'klingon' })).toThrow(RangeError)
  })

  test('a quote is text where quotes are off', async () => {
    expect(await read('a,b\n"1,2"\n', { quote: false })).toEqual([{ a: '"1', b: '2"' }])
  })

  test('a row that cannot be read is a value in its place, with its line, and its neighbours are as they were', async () => {
    const text = [
      'a,b',
      '1,2',
      'only one',
      '3,4',
      '5,6,7',
      '"8"x,9',
      '10,11',
      '1"2,13',
      '"two',
      'lines",14',
      'after,15',
    ].join('\n')
    expect(await read(text)).toEqual([
      { a: '1', b: '2' },
      'csv, line 3: it has 1 cells, and there are 2 columns',
      { a: '3', b: '4' },
      'csv, line 5: it has 3 cells, and there are 2 columns',
      'csv, line 6: something stands between a closing quote and the next delimiter',
      { a: '10', b: '11' },
      'csv, line 8: a quote stands inside of a cell that does not begin with one',
      { a: 'two\nlines', b: '14' },
      { a: 'after', b: '15' },
    ])
    const bad = (await all(csv.read([text]))).filter(isFailure)
    expect(bad.map((b) => [b._tag, b.kind, b.line])).toEqual(
      [3, 5, 6, 8].map((line) => ['BadRow', 'poison', line]),
    )
  })

  test('a quote that is never closed takes the rest of the file, and says where it began', async () => {
    expect(await read('a,b\n1,2\n"3,4\n5,6\n')).toEqual([
      { a: '1', b: '2' },
      'csv, line 3: a quote is opened that is never closed',
    ])
  })

  test('a row that is too long is bad, and the next is read; of an open quote as well', async () => {
    const long = 'x'.repeat(2000)
    const text = `a,b\n1,2\n${long},3\n4,5\n"${long}\n${long}",6\n7,8\n9,${long}`
    for (const size of [1, 100, 100_000])
      expect(await shown(csv.read(cut(text, size), { maxRecordBytes: 1000 })), `pieces of ${size}`).toEqual([
        { a: '1', b: '2' },
        'csv, line 3: the row is longer than maxRecordBytes (1000)',
        { a: '4', b: '5' },
        'csv, line 5: the row is longer than maxRecordBytes (1000)',
        { a: '7', b: '8' },
        'csv, line 8: the row is longer than maxRecordBytes (1000)',
      ])
  })

  test('pads ragged rows when asked to; a cell of text too many stays bad', async () => {
    expect(await read('a,b\n1\n2,3,,\n4,5,6\n', { ragged: 'pad' })).toEqual([
      { a: '1', b: '' },
      { a: '2', b: '3' },
      'csv, line 4: it has 3 cells, and there are 2 columns',
    ])
  })

  test('gives the line with each row when asked to, counting those inside of quotes and blank ones', async () => {
    const rows = csv.read(['a\n\n1\n"2\n2"\nx,y\n3'], { numbered: true })
    expectTypeOf(rows).toEqualTypeOf<AsyncIterable<Numbered<CsvRow> | BadRow>>()
    expect((await all(rows)).map((r) => r.line)).toEqual([3, 4, 6, 7])
  })

  test('passes over rows that were handled, bad ones counted', async () => {
    const text = 'a,b\n1,2\nbad\n"3\n3",4\n5,6\n'
    const whole = await read(text)
    for (let skip = 0; skip < 6; skip++)
      for (const size of [1, 4, 100])
        expect(await shown(csv.read(cut(text, size), { skip }))).toEqual(whole.slice(skip))
  })

  test.each([
    ['a,a\n1,2', 'its header cannot be used: two columns have one name, "a"'],
    ['a,,c\n1,2,3', 'its header cannot be used: column 2 has no name'],
    ['a,__proto__\n1,2', 'its header cannot be used: column 2 may not be named __proto__'],
    ['a,b\n1,2', 'its header cannot be used: there is no column "sku", "price"', ['sku', 'price']],
    ['', 'it is empty: expected a header with "sku"', ['sku']],
    ['"a', 'its header cannot be read: a quote is opened that is never closed'],
    ['"a"x\n1', 'its header cannot be read: something stands between'],
  ])('a header that cannot be used ends it: %j', async (text, message, require: string[] = []) => {
    await expect(all(csv.read([text], { require }))).rejects.toMatchObject({
      _tag: 'BadFile',
      kind: 'poison',
      message: expect.stringContaining(message),
    })
  })

  test('a file without rows gives none', async () => {
    expect([await read(''), await read('a,b\n'), await read('\n\n')]).toEqual([[], [], []])
  })

  test('rows have the columns that were asked for in their type', async () => {
    for await (const row of csv.read(['sku,price,more\n1,2,3'], { require: ['sku', 'price'] })) {
      if (isFailure(row)) expectTypeOf(row).toEqualTypeOf<BadRow>()
      else {
        expectTypeOf(row.sku).toEqualTypeOf<string>()
        expectTypeOf(row.more).toEqualTypeOf<string | undefined>()
        expect(row).toEqual({ sku: '1', price: '2', more: '3' })
      }
    }
  })

  test('reads no further than rows are taken, and lets the source go when nobody wants more', async () => {
    let made = 0
    let closed = false
    const source = (async function* () {
      try {
        for (;;) yield Buffer.from(`${made++ === 0 ? 'a,b\n' : ''}${'1,2\n'.repeat(1000)}`)
      } finally {
        closed = true
      }
    })()
    const rows = csv.read(source)[Symbol.asyncIterator]()
    for (let i = 0; i < 1500; i++) await rows.next()
    expect([made, closed]).toEqual([2, false])
    await rows.return!()
    expect(closed).toBe(true)
    expect(await rows.next()).toEqual({ done: true, value: undefined })
  })

  test('what the source throws is thrown, after the rows before it', async () => {
    const source = (async function* () {
      yield Buffer.from('a\n1\n2')
      throw new Error('cut')
    })()
    const rows = csv.read(source)[Symbol.asyncIterator]()
    expect((await rows.next()).value).toEqual({ a: '1' })
    await expect(rows.next()).rejects.toThrow('cut')
  })

  test('calls that do not wait for one another get the rows in order', async () => {
    const rows = csv.read(cut('a\n1\n2\n3\n4\n', 2))[Symbol.asyncIterator]()
    const got = await Promise.all(Array.from({ length: 6 }, () => rows.next()))
    expect(got.map((r) => (r.done === true ? undefined : (r.value as { a: string }).a))).toEqual([
      '1',
      '2',
      '3',
      '4',
      undefined,
      undefined,
    ])
  })

  test('a call made while another waits its turn comes after it', async () => {
    const rows = csv.read(['a\n1\n2\n3\n'])[Symbol.asyncIterator]()
    const [first, second] = [rows.next(), rows.next()]
    await first
    const third = rows.next()
    expect([(await second).value, (await third).value]).toEqual([{ a: '2' }, { a: '3' }])
  })

  test('a row without an end is passed over in flat memory', async () => {
    const memory = liveGrowth(1024)
    const source = function* (): Generator<Uint8Array, void, void> {
      const piece = Buffer.alloc(64 * 1024, 'x')
      yield Buffer.from('a\n1\n')
      for (let i = 0; i < 1024; i++) {
        memory.at(i)
        yield piece
      }
    }
    expect(await shown(csv.read(source()))).toEqual([
      { a: '1' },
      'csv, line 3: the row is longer than maxRecordBytes (1048576)',
    ])
    expect(memory.bytes).toBeLessThan(8 * 1024 * 1024)
  })

  test.each([
    [{ delimiter: ';;' }, 'delimiter: expected one ASCII character, got ";;"'],
    [{ delimiter: '"' }, 'quote: expected another character than the delimiter'],
    [{ quote: '' }, 'quote: expected one ASCII character, or false, got ""'],
    [{ ragged: 'fix' }, "ragged: expected 'refuse' or 'pad'"],
    [{ maxRecordBytes: 0 }, 'maxRecordBytes: expected a number of bytes, at least 1'],
    [{ skip: -1 }, 'skip: expected a whole number of rows'],
    [{ columns: ['a', 'a'] }, 'columns: two columns have one name, "a"'],
  ])('refuses options that make no sense: %j', (options, message) => {
    expect(() => csv.read([], options as object)).toThrow(message)
  })

  test('any bytes give rows or bad rows, the same in any pieces, and never more than there are lines', async () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'ü', ' ') })
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 20 }), async (body, size) => {
        const file = `a,b\n${body}`
        const whole = await read(file)
        expect(await shown(csv.read(cut(file, size)))).toEqual(whole)
        expect(whole.length).toBeLessThan(file.split('\n').length)
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})

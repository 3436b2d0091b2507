import fc from 'fast-check'
import { Readable } from 'node:stream'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Json } from '../../src/index.js'
import { BadRow } from '../../src/formats/bad-row.js'
import { ndjson } from '../../src/formats/ndjson.js'
import { all, cut, shown, textOf } from './bytes.js'

describe('ndjson.read', () => {
  test('gives each value, in whatever pieces the bytes come', async () => {
    const text = '\uFEFF{"a":"ü\\n"}\r\n\n  \t\r\n[1,2]\nnull\n"last"'
    for (const size of [1, 2, 3, 7, 1000])
      expect(await all(ndjson.read(cut(text, size)))).toEqual([{ a: 'ü\n' }, [1, 2], null, 'last'])
    expect(await all(ndjson.read(Readable.from([text])))).toHaveLength(4)
    expect([await all(ndjson.read([])), await all(ndjson.read(['\n\n']))]).toEqual([[], []])
  })

  test('a line that is no JSON is a value in its place, with its line, and is not quoted', async () => {
    const lines = ['{"a":1}', '{"secret":', '', 'NaN', '{"a":2}']
    const bytes = [Buffer.from(`${lines.join('\n')}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a])]
    const values = ndjson.read(bytes)
    expectTypeOf(values).toEqualTypeOf<AsyncIterable<Json | BadRow>>()
    const got = await all(values)
    expect(got.map((v) => (v instanceof Error ? v.message : v))).toEqual([
      { a: 1 },
      'ndjson, line 2: it is no JSON',
      'ndjson, line 4: it is no JSON',
      { a: 2 },
      'ndjson, line 6: it is not UTF-8',
    ])
    expect(got.flatMap((v) => (v instanceof BadRow ? [v._tag, v.kind] : []))).toEqual(
      Array.from({ length: 3 }, () => ['BadRow', 'poison']).flat(),
    )
  })

  test('a line that is too long is bad, nothing of it is kept, and the next is read', async () => {
    const text = `1\n"${'x'.repeat(5000)}"\n2\n${'y'.repeat(101)}`
    for (const size of [1, 100, 100_000])
      expect(await shown(ndjson.read(cut(text, size), { maxRecordBytes: 100 }))).toEqual([
        1,
        'ndjson, line 2: the line is longer than maxRecordBytes (100)',
        2,
        'ndjson, line 4: the line is longer than maxRecordBytes (100)',
      ])
  })

  test('gives the line with each value when asked to', async () => {
    expect(await all(ndjson.read(['1\n\n2'], { numbered: true }))).toEqual([
      { line: 1, row: 1 },
      { line: 3, row: 2 },
    ])
  })

  test('passes over lines that were handled without reading them, bad ones counted', async () => {
    const text = '1\nbad\n\n2\n'
    const whole = await shown(ndjson.read([text]))
    for (let skip = 0; skip < 5; skip++)
      expect(await shown(ndjson.read(cut(text, 2), { skip }))).toEqual(whole.slice(skip))
  })

  test('a value is there as soon as its line is, and no further is read', async () => {
    let made = 0
    let closed = false
    const source = (async function* () {
      try {
        for (;;) yield `${made++}\n`
      } finally {
        closed = true
      }
    })()
    const values = ndjson.read(source)[Symbol.asyncIterator]()
    expect([(await values.next()).value, (await values.next()).value, made]).toEqual([0, 1, 2])
    await values.return!()
    expect(closed).toBe(true)
  })

  test.each([
    [{ maxRecordBytes: Number.NaN }, 'maxRecordBytes: expected a number of bytes, at least 1, got NaN'],
    [{ skip: 1.5 }, 'skip: expected a whole number of lines, got 1.5'],
  ])('refuses options that make no sense: %j', (options, message) => {
    expect(() => ndjson.read([], options)).toThrow(message)
  })
})

describe('ndjson.write', () => {
  test('writes one value a line, and nothing for none', async () => {
    expect(await textOf(ndjson.write([{ a: 'x\ny' }, null, 1]))).toBe('{"a":"x\\ny"}\nnull\n1\n')
    expect(await textOf(ndjson.write([]))).toBe('')
  })

  test.each([
    [{ a: { at: new Date(0) } }, 'row 2: a.at is of type Date, which JSON cannot carry'],
    [Number.NaN, 'row 2: the row is of type NaN, which JSON cannot carry'],
  ])('names the row and field that JSON cannot carry', async (bad, message) => {
    await expect(textOf(ndjson.write([1, bad]))).rejects.toMatchObject({
      _tag: 'StepFailed',
      message: `ndjson.write: ${message}`,
    })
  })

  test('what was written is read back, whatever JSON it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 50 }), async (values, size) => {
        const text = await textOf(ndjson.write(values))
        const expected = values.map((v) => JSON.parse(JSON.stringify(v)) as Json)
        expect(await all(ndjson.read(cut(text, size)))).toEqual(expected)
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

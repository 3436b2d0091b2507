import { describe, expect, test } from 'vitest'
import { isFailure } from '../../src/index.js'
import { csv, ndjson } from '../../src/formats/index.js'
import { liveGrowth } from '../live-bytes.js'

const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}
const file = (text: string): readonly Buffer[] => [Buffer.from(text)]

describe('csv.read', () => {
  test('a file whose lines end in CR alone is an error, and not a file without rows', async () => {
    await expect(all(csv.read(file('a,b\r1,2\r3,4\r')))).rejects.toThrow(
      'csv: its lines end in CR alone: have them end in LF, or in CR and LF',
    )
    await expect(all(csv.read(file('a,b\r1,2'), { skip: 1 }))).rejects.toThrow('CR alone')
    // A name with a CR in it is a name, where rows follow.
    expect(await all(csv.read(file('"a\rb",c\n1,2\n')))).toEqual([{ 'a\rb': '1', c: '2' }])
    expect(await all(csv.read(file('a,b\r\n')))).toEqual([])
  })

  test('NUL bytes are text, and so is a mark of byte order that is not at the start', async () => {
    expect(await all(csv.read(file('\uFEFFa,b\n1\0,\0\n\uFEFF1,2\n')))).toEqual([
      { a: '1\0', b: '\0' },
      { a: '\uFEFF1', b: '2' },
    ])
  })

  test('UTF-16 is read by its name, and without it refused with what to do', async () => {
    const bytes = Buffer.from('\uFEFFname,b\nü,2\n', 'utf16le')
    expect(await all(csv.read([bytes], { encoding: 'utf-16le' }))).toEqual([{ name: 'ü', b: '2' }])
    await expect(all(csv.read([bytes]))).rejects.toThrow('it is not UTF-8: give the encoding of the file')
  })

  test('a hundred thousand columns are read and written in about the time of as many cells', async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `c${i}`)
    const line = `${names.join(',')}\n`
    const rows = await all(csv.read(file(line + line)))
    expect([rows.length, Object.keys(rows[0]!).length]).toEqual([1, names.length])
    const pieces = await all(csv.write([rows[0] as object, rows[0] as object]))
    expect(Buffer.concat(pieces).length).toBe(3 * line.length)
    // Looking each name up among all of them takes a minute.
  }, 20_000)

  test('a quote that is never closed in 100 MB takes no memory, and is one bad row', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'abc,def\n')
    const memory = liveGrowth(100)
    const bytes = function* (): Generator<Buffer> {
      yield Buffer.from('a,b\n1,2\n"')
      for (let i = 0; i < 100; i++) {
        memory.at(i)
        yield piece
      }
    }
    const [row, bad, ...more] = await all(csv.read(bytes()))
    expect([row, isFailure(bad) && bad.message, more]).toEqual([
      { a: '1', b: '2' },
      'csv, line 3: a quote is opened that is never closed',
      [],
    ])
    expect(memory.bytes).toBeLessThan(25e6)
  }, 60_000)
})

describe('ndjson.read', () => {
  test('values of any depth, and names that JavaScript knows, are as they are', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    const rows = await all(ndjson.read(file(`${deep}\n{"__proto__":{"x":1},"constructor":2}\n`)))
    expect(Array.isArray(rows[0])).toBe(true)
    expect(Object.keys(rows[1] as object)).toEqual(['__proto__', 'constructor'])
    expect((rows[1] as { readonly x?: number }).x).toBeUndefined()
    expect(({} as { readonly x?: number }).x).toBeUndefined()
  })

  test('what is nested too deep to be stored is an error that names the row, when it is written', async () => {
    const deep: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000))
    await expect(all(ndjson.write([1, deep]))).rejects.toThrow(
      'ndjson.write: row 2: the row is of type nested',
    )
  })

  test('a line without an end takes no memory', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x')
    const memory = liveGrowth(200)
    const bytes = function* (): Generator<Buffer> {
      for (let i = 0; i < 200; i++) {
        memory.at(i)
        yield Buffer.from(piece)
      }
      yield Buffer.from('\n7\n')
    }
    const [bad, seven] = await all(ndjson.read(bytes()))
    expect([isFailure(bad) && bad._tag, seven]).toEqual(['BadRow', 7])
    expect(memory.bytes).toBeLessThan(50e6)
  }, 60_000)
})

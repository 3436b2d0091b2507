import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/json/parse-json.js'
import { stringifyJson } from '../../src/json/stringify-json.js'

const read = (text: string | Buffer, options: Parameters<typeof parseJson>[1] = {}) =>
  parseJson(Buffer.from(text as string), options)

/** What the platform's own parser says, by the text that it shows of each number. */
const roundedIn = (text: string): boolean => {
  let found = false
  const look = (_: string, value: unknown, { source }: { source?: string } = {}): unknown => {
    if (typeof value === 'number' && /^-?\d+$/.test(source!) && !Number.isSafeInteger(value)) found = true
    return value
  }
  JSON.parse(text, look)
  return found
}

describe('what is read', () => {
  test('any JSON is what JSON.parse makes of it less keys __proto__, or has an integer that JSON.parse rounds', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'medium' }), (text) => {
        const parsed = read(text)
        if (!parsed.ok) {
          expect([parsed.flaw, roundedIn(text)]).toEqual(['unsafe-number', true])
          return
        }
        expect(roundedIn(text)).toBe(false)
        const expected: unknown = JSON.parse(text, (key, value: unknown) =>
          key === '__proto__' ? undefined : value,
        )
        expect(JSON.stringify(parsed.value)).toBe(JSON.stringify(expected))
        expect(parsed.text).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['a second value', '{} {}'],
    ['a comment', '{/* */}'],
    ['a leading zero', '[01]'],
    ['a comma at the end', '[1,]'],
    ['NaN', '[NaN]'],
    ['an HTML page', '<!doctype html>'],
  ])('%s is no JSON', (_, text) => {
    expect(read(text)).toEqual({ ok: false, flaw: 'not-json', issues: [] })
  })

  test.each([
    ['a byte that UTF-8 does not have', Buffer.from([0x22, 0xff, 0x22])],
    ['a character cut in two', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ])('%s is no JSON', (_, bytes) => {
    expect(parseJson(bytes)).toMatchObject({ ok: false, flaw: 'not-json' })
  })

  test('a byte order mark is skipped, or refused where that is asked for', () => {
    expect(read('\ufeff[1]')).toEqual({ ok: true, value: [1], text: '[1]' })
    expect(read('\ufeff[1]', { mark: 'refuse' })).toMatchObject({ ok: false, flaw: 'not-json' })
  })

  test('of a key that comes twice the last one counts', () => {
    expect(read('{"a":1,"a":2}')).toMatchObject({ value: { a: 2 } })
  })

  test.each([
    '{"a":{"__proto__":{"admin":true},"b":1}}',
    '{"a":{"\\u005f_proto__":{"admin":true},"b":1}}',
    '{"a":{"__pro\\u0074o__":{"admin":true},"b":1}}',
  ])('a key __proto__ is left out, however it is written: %s', (text) => {
    const parsed = read(text)
    if (!parsed.ok) throw new Error(parsed.flaw)
    const { a } = parsed.value as { a: object }
    expect(Object.keys(a)).toEqual(['b'])
    expect((Object.assign({}, a) as { admin?: boolean }).admin).toBeUndefined()
  })

  test('what is nested too deep is refused, whatever it is made of', () => {
    const nested = (n: number, open: string, close: string) => open.repeat(n) + '1' + close.repeat(n)
    expect(read(nested(500, '[', ']')).ok).toBe(true)
    expect(read(nested(501, '[', ']'))).toMatchObject({ ok: false, flaw: 'too-deep' })
    expect(read(nested(501, '{"a":', '}'))).toMatchObject({ ok: false, flaw: 'too-deep' })
    expect(read(nested(100_000, '[{"a":', '}]'))).toMatchObject({ ok: false, flaw: 'too-deep' })
    expect(read(nested(3, '[', ']'), { maxDepth: 2 })).toMatchObject({ flaw: 'too-deep' })
  })

  test('brackets in strings and many lists side by side are not deep', () => {
    expect(read(JSON.stringify(['['.repeat(2000), '\\"{'.repeat(1000)])).ok).toBe(true)
    expect(read(JSON.stringify(Array.from({ length: 2000 }, () => [{}]))).ok).toBe(true)
  })
})

describe('integers that a number cannot hold', () => {
  test('are refused with the way to each', () => {
    const text = '{"a":[1,{"id \\"x\\"":12345678901234567890}],"b":-9007199254740992}'
    expect(read(text)).toMatchObject({
      ok: false,
      flaw: 'unsafe-number',
      issues: [{ path: ['a', 1, 'id "x"'] }, { path: ['b'] }],
    })
  })

  test('never name the value, and at most twenty places', () => {
    const parsed = read(JSON.stringify(Array(100).fill(0)).replaceAll('0', '12345678901234567890'))
    if (parsed.ok) throw new Error('was taken')
    expect(parsed.issues).toHaveLength(20)
    expect(JSON.stringify(parsed.issues)).not.toContain('12345678901234567890')
  })

  test.each([
    ['the largest safe ones', '[9007199254740991,-9007199254740991]'],
    ['a text of digits', '["12345678901234567890",{"98765432109876543210":1}]'],
    ['a fraction', '[3.14159265358979323846]'],
    ['an exponent', '[1e300,12345678901234567890e0]'],
    ['fifteen digits', '[999999999999999]'],
  ])('%s are none', (_, text) => {
    expect(read(text)).toMatchObject({ ok: true, value: JSON.parse(text) })
  })

  test('are strings of their digits where that is asked for, and nothing else changes', () => {
    const text =
      ' [ 12345678901234567890 , {"a":-9007199254740993,"b":[9007199254740991,"9007199254740993"]} ] '
    expect(read(text, { integers: 'text' })).toMatchObject({
      value: ['12345678901234567890', { a: '-9007199254740993', b: [9007199254740991, '9007199254740993'] }],
    })
  })

  test('none is ever rounded: whatever is read is what was written, or is refused', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
        fc.string(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value
    const isSafe = (n: bigint) => n >= -(2n ** 53n - 1n) && n <= 2n ** 53n - 1n
    const asRead = (v: unknown): unknown =>
      typeof v === 'bigint'
        ? isSafe(v)
          ? Number(v)
          : String(v)
        : Array.isArray(v)
          ? v.map(asRead)
          : typeof v === 'object' && v !== null
            ? Object.fromEntries(Object.entries(v).map(([k, inner]) => [k, asRead(inner)]))
            : v
    const hasUnsafe = (v: unknown): boolean =>
      typeof v === 'bigint'
        ? !isSafe(v)
        : typeof v === 'object' && v !== null && Object.values(v).some(hasUnsafe)
    fc.assert(
      fc.property(value, (given) => {
        const text = stringifyJson(given, 'text', 'body')
        expect(read(text, { integers: 'text' })).toMatchObject({ ok: true })
        const parsed = read(text, { integers: 'text' })
        if (!text.includes('__proto__')) expect(parsed).toEqual({ ok: true, text, value: asRead(given) })
        expect(read(text).ok).toBe(!hasUnsafe(given))
      }),
    )
  })
})

describe('what is written', () => {
  test('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        if (/\d{16}/.test(text)) return
        expect(stringifyJson(value, 'refuse', 'body')).toBe(text)
      }),
    )
  })

  test('a bigint is refused by name, or sent as its digits', () => {
    expect(() => stringifyJson({ a: { id: 5n } }, 'refuse', 'x body')).toThrow(
      new TypeError('x body: expected no bigint in "id"; integers: \'text\' sends its digits'),
    )
    expect(stringifyJson({ id: 12345678901234567890n, n: -1n }, 'text', 'body')).toBe(
      '{"id":12345678901234567890,"n":-1}',
    )
  })

  test.each(['refuse', 'text'] as const)('an integer that has lost digits is refused (%s)', (integers) => {
    expect(() => stringifyJson({ a: [1, { id: 2 ** 53 }] }, integers, 'x body')).toThrow(
      /^x body: the integer in "a\.1\.id" is past 2\^53 - 1 and has lost digits/,
    )
    expect(() => stringifyJson({ a: 1n, id: 2 ** 53 }, integers, 'body')).toThrow(TypeError)
    expect(stringifyJson([2 ** 53 - 1, 1e21, 0.1234567890123456], integers, 'body')).toBe(
      '[9007199254740991,1e+21,0.1234567890123456]',
    )
  })

  test.each([[undefined], [() => 1], [Symbol('x')]])('%s is nothing that JSON can carry', (value) => {
    expect(() => stringifyJson(value, 'refuse', 'body')).toThrow(
      /^body: expected a value that JSON can carry/,
    )
  })

  test('what throws while it is written throws as it is', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(() => stringifyJson(circle, 'refuse', 'body')).toThrow(/circular/)
    const boom = {
      toJSON: () => {
        throw new RangeError('boom')
      },
    }
    expect(() => stringifyJson(boom, 'text', 'body')).toThrow(RangeError)
  })
})

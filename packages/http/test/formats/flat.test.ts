import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cloudEvents,
  csvFormat,
  formFormat,
  formats,
  jsonFormat,
  ndjsonFormat,
  textFormat,
} from '../../src/index.js'
import { webhookOf } from './read.js'

const FORM = 'application/x-www-form-urlencoded'

describe('forms', () => {
  test('fields are texts, and lists where a name came twice', async () => {
    const { send } = await webhookOf(formFormat())
    const { raws } = await send(FORM, 'a=1&b=x+y%26&a=2&&c&d=&%C3%A9=%E2%82%AC')
    expect(raws).toEqual([{ a: ['1', '2'], b: 'x y&', c: '', d: '', é: '€' }])
  })

  test('a name that sets prototypes is left out', async () => {
    const { send } = await webhookOf(formFormat())
    const { raws } = await send(FORM, '__proto__=x&__proto__=y&constructor=c')
    expect(Object.keys(raws[0] as object)).toEqual(['constructor'])
    expect(Object.getPrototypeOf(raws[0])).toBe(Object.prototype)
  })

  test.each([
    ['half an escape', 'a=%4'],
    ['bytes that are no UTF-8', 'a=%ff'],
    ['bytes that are not escaped', 'a=é'],
    ['a control character', 'a=\n'],
  ])('%s is refused', async (_, body) => {
    const { send } = await webhookOf(formFormat())
    const { status, raws } = await send(FORM, body)
    expect([status, raws]).toEqual([400, []])
  })

  test('limits hold', async () => {
    const { send } = await webhookOf(formFormat({ maxFields: 3, maxNameLength: 4 }))
    expect((await send(FORM, 'a=1&b=2&c=3')).status).toBe(202)
    expect((await send(FORM, 'a=1&b=2&b=3&c=4')).status).toBe(400)
    expect((await send(FORM, 'abcde=1')).status).toBe(400)
    expect((await send('application/json', 'a=1')).status).toBe(415)
    expect((await send(`${FORM}; charset=latin1`, 'a=1')).status).toBe(415)
  })

  test('whatever a browser encodes comes out as it went in', async () => {
    const { send } = await webhookOf(formFormat())
    const text = fc.string({ unit: 'grapheme', maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 8 }), async (pairs) => {
        const known = pairs.filter(([name]) => name !== '__proto__')
        const { status, raws } = await send(FORM, new URLSearchParams(known).toString())
        const expected = new Map<string, string | string[]>()
        for (const [name, value] of known) {
          // A pair of nothing is written as "=", and stays one.
          const before = expected.get(name)
          expected.set(name, before === undefined ? value : [before, value].flat())
        }
        expect([status, raws[0]]).toEqual([202, Object.fromEntries(expected)])
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})

describe('JSON', () => {
  test('integers that a number cannot hold are refused with their place, or are texts', async () => {
    const strict = await webhookOf(jsonFormat())
    const refused = await strict.send('application/json', '{"a":[1,12345678901234567890]}')
    expect([refused.status, refused.raws]).toEqual([400, []])
    expect(refused.answer['issues']).toEqual([
      { path: ['a', 1], message: expect.stringContaining('2^53') as string },
    ])
    const text = await webhookOf(jsonFormat({ integers: 'text' }))
    const kept = await text.send('application/json', '{"a":[1,12345678901234567890]}')
    expect(kept.raws).toEqual([{ a: [1, '12345678901234567890'] }])
    expect(text.intake.got[0]!.text).toBeUndefined()
  })

  test('what is stored is what is decoded: a key __proto__ is in neither', async () => {
    const { send, intake } = await webhookOf(jsonFormat())
    await send('application/json', '{"__proto__":{"x":1},"a":1}')
    await send('application/json', '{"\\u005f_proto__":{"x":1},"a":1}')
    expect(intake.got).toMatchObject([{ raw: { a: 1 } }])
    expect(intake.got[0]!.text).toBeUndefined()
  })
})

describe('JSON lines', () => {
  const TYPE = 'application/x-ndjson'

  test('each line is a message, in one answer', async () => {
    const { send } = await webhookOf(ndjsonFormat())
    const { status, answer, raws } = await send(TYPE, '{"a":1}\r\n\n  \n[2]\n"drei"')
    expect([status, answer, raws]).toEqual([202, { ids: ['id-1', 'id-2', 'id-3'] }, [{ a: 1 }, [2], 'drei']])
  })

  test('one bad line refuses them all, and is named', async () => {
    const { send } = await webhookOf(ndjsonFormat())
    const { status, answer, raws } = await send(TYPE, '{"a":1}\n{"a":\n{}')
    expect([status, answer['detail'], raws]).toEqual([400, 'line 2: expected JSON in UTF-8', []])
    const unsafe = await send(TYPE, '1\n[9007199254740993]')
    expect(unsafe.answer).toMatchObject({ issues: [{ path: [1, 0] }] })
  })

  test('nothing is no message, and too much is refused', async () => {
    const { send } = await webhookOf(ndjsonFormat({ maxMessages: 2 }))
    expect((await send(TYPE, '\n\n')).status).toBe(204)
    expect((await send(TYPE, '1\n2\n\n')).status).toBe(202)
    expect((await send(TYPE, '1\n2\n3')).status).toBe(400)
    expect((await send('application/jsonl', '1')).status).toBe(202)
    expect((await send('application/json', '1')).status).toBe(415)
  })
})

describe('CSV', () => {
  test('each row is a message', async () => {
    const { send } = await webhookOf(csvFormat())
    const { status, answer, raws } = await send('text/csv', 'sku,name\r\n1,"a ""b"""\n2,c\n')
    expect([status, answer]).toEqual([202, { ids: ['id-1', 'id-2'] }])
    expect(raws).toEqual([
      { sku: '1', name: 'a "b"' },
      { sku: '2', name: 'c' },
    ])
  })

  test('or all rows are one, in the charset that it names', async () => {
    const { send } = await webhookOf(csvFormat({ rows: 'whole', delimiter: ';', require: ['sku'] }))
    const latin = Buffer.from('sku;name\n1;ü\n', 'latin1')
    expect((await send('text/csv; charset=iso-8859-1', latin)).raws).toEqual([[{ sku: '1', name: 'ü' }]])
    expect((await send('text/csv', latin)).status).toBe(400)
    expect((await send('text/csv; charset=klingon', latin)).status).toBe(415)
    expect((await send('text/csv', 'name\nx\n')).answer['detail']).toMatch(/no column "sku"/)
  })

  test('a row that cannot be read refuses them all, by its line', async () => {
    const { send } = await webhookOf(csvFormat({ maxRows: 2 }))
    const bad = await send('text/csv', 'a,b\n1,2\ncanary\n')
    expect([bad.status, bad.raws]).toEqual([400, []])
    expect(bad.answer['detail']).toMatch(/line 3/)
    expect(JSON.stringify(bad.answer)).not.toContain('canary')
    expect((await send('text/csv', 'a,b\n1,2\n3,4\n5,6\n')).status).toBe(400)
    expect((await send('text/csv', 'a,__proto__\n1,2\n')).status).toBe(400)
    expect((await send('text/csv', 'a,b\n')).status).toBe(204)
  })
})

describe('texts, and several formats', () => {
  test('a text is a string', async () => {
    const { send } = await webhookOf(textFormat())
    expect((await send('text/plain; charset=UTF-8', 'Grüße')).raws).toEqual(['Grüße'])
    expect((await send('text/plain', Buffer.from([0xff]))).status).toBe(400)
    expect((await send('text/html', 'x')).status).toBe(415)
  })

  test('the first format that takes the type reads it, and 415 names all', async () => {
    const { send } = await webhookOf(
      formats(jsonFormat(), formFormat(), cloudEvents({ modes: ['structured'] })),
    )
    expect((await send('application/json', '{"a":1}')).raws).toEqual([{ a: 1 }])
    expect((await send(FORM, 'a=1')).raws).toEqual([{ a: '1' }])
    expect((await send('application/json', '{')).status).toBe(400)
    const other = await send('text/plain', 'x')
    expect([other.status, other.headers.get('accept-post')]).toEqual([
      415,
      `application/json, ${FORM}, application/cloudevents+json`,
    ])
    expect((await send(FORM, 'a=1', { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  test.each([
    [() => formats(), /formats: expected formats/],
    [() => formats({} as never), /formats: expected formats/],
    [() => formFormat({ maxFields: 0 }), /formFormat maxFields/],
    [() => jsonFormat({ integers: 'round' as never }), /jsonFormat integers/],
    [() => jsonFormat({ maxDepth: -1 }), /jsonFormat maxDepth/],
    [() => ndjsonFormat({ maxMessages: 0 }), /ndjsonFormat maxMessages/],
    [() => csvFormat({ delimiter: '::' }), /csvFormat delimiter/],
    [() => csvFormat({ rows: 'some' as never }), /csvFormat rows/],
    [() => textFormat({ types: ['text'] }), /textFormat types/],
  ])('options that make no sense are named: %#', (make, message) => expect(make).toThrow(message))
})

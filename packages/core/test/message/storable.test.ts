import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/index.js'
import { stringify } from '../../src/message/storable.js'

describe('stringify', () => {
  test('gives the JSON text of what JSON can carry', () => {
    const body = { a: [1, 'x', null, true, { b: [] }], '': 0, n: Object.create(null) as object }
    expect(stringify(body)).toEqual({ text: JSON.stringify(body) })
    expect(stringify(undefined)).toEqual({ text: 'null' })
    expect(stringify({ gone: undefined })).toEqual({ text: '{}' })
  })

  test('names what JSON would drop or change, and where it is', () => {
    const cases: [unknown, string, string][] = [
      [{ a: { at: new Date(0) } }, 'a.at', 'Date'],
      [[1, [2n]], '1.0', 'bigint'],
      [{ m: new Map() }, 'm', 'Map'],
      [{ s: new Set() }, 's', 'Set'],
      [{ f: () => 1 }, 'f', 'function'],
      [{ y: Symbol('y') }, 'y', 'symbol'],
      [{ n: NaN }, 'n', 'NaN'],
      [{ n: -Infinity }, 'n', '-Infinity'],
      [{ b: new Uint8Array(1) }, 'b', 'Uint8Array'],
      [{ b: Buffer.from('x') }, 'b', 'Buffer'],
      [{ p: Promise.resolve(1) }, 'p', 'Promise'],
      [{ r: Readable.from([]) }, 'r', 'Readable'],
      [{ w: new ReadableStream() }, 'w', 'ReadableStream'],
      [{ u: new URL('http://a.example') }, 'u', 'URL'],
      [{ s: new Secret('x') }, 's', 'Secret'],
      [new Date(0), '', 'Date'],
    ]
    for (const [body, path, type] of cases) expect(stringify(body)).toEqual({ path, type })
  })

  test('an end without a bottom is refused, not followed', () => {
    const cycle: { self?: object } = {}
    cycle.self = cycle
    expect(stringify(cycle)).toMatchObject({ type: expect.stringContaining('cycle') as string })
  })
})

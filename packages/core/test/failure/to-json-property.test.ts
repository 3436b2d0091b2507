import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failure } from '../../src/failure/own.js'
import { failureToJson } from '../../src/failure/to-json.js'

class Any extends failure('Any', 'unknown')<Record<string, unknown>> {}

const CANARY = 'canary-9d1e'
const CREDENTIALS = [
  'authorization',
  'Proxy-Authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'api_key',
  'apikey',
  'x-api-key',
  'access_token',
  'authtoken',
  'client_secret',
  'X-API-KEY',
  'refreshToken',
]

/** How many canaries the generator has hidden. */
let planted = 0

/** Anything, with a canary under keys that speak of credentials, at any depth. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    fc.string({ unit: 'binary', maxLength: 6000 }),
    fc.constantFrom<unknown>(
      () => 1,
      Symbol('x'),
      new Error('e'),
      NaN,
      Buffer.alloc(10),
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no')
          },
        },
      ),
    ),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toJSON', 'message', 'cause', 'headers')),
      tie('value'),
    ),
    fc.array(tie('value')),
    fc
      .tuple(
        fc.constantFrom(...CREDENTIALS),
        fc.oneof(
          fc.constant<unknown>(CANARY),
          fc.constant<unknown>([CANARY]),
          fc.constant<unknown>({ a: CANARY }),
        ),
        tie('value'),
      )
      .map(([key, secret, other]) => {
        planted++
        return { [key]: secret, other }
      }),
  ),
}))['value']

describe('failureToJson, of anything', () => {
  it('never throws, gives JSON of at most 16 KB, and tells no credential', () => {
    planted = 0
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), anything, fc.boolean(), (data, cause, tagged) => {
        const error: unknown = tagged ? Object.assign(new Any(data), { cause }) : cause
        const json = failureToJson(error)
        const text = JSON.stringify(json)
        expect(JSON.parse(text)).toEqual(json)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16 * 1024)
        expect(text).not.toContain(CANARY)
      }),
      { seed: 20261121, numRuns: 1000 },
    )
    expect(planted).toBeGreaterThan(20)
  })
})

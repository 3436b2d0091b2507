import { describe, expect, test } from 'vitest'
import { credentialsIn, redact } from '../../src/outcome/redact.js'

describe('redact', () => {
  test.each([
    ['{"password":"hunter2 \\" x","n":1}', '{"password":"[redacted]","n":1}'],
    ['{"access_token" : "cut off he', '{"access_token" : "[redacted]"'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['http://x/?X-Amz-Signature=abc&page=2', 'http://x/?X-Amz-Signature=[redacted]&page=2'],
    ['http://x/?sig=abc', 'http://x/?sig=[redacted]'],
    ['{"title":"a token of thanks","design":"sig"}', '{"title":"a token of thanks","design":"sig"}'],
  ])('%j', (text, redacted) => expect(redact(text, [])).toBe(redacted))

  test('takes out known secrets however they are written, the longer one first', () => {
    expect(redact('a=long"q b=long\\"q c=long%22q d=long"qr', ['long"q', 'long"qr'])).toBe(
      'a=[redacted] b=[redacted] c=[redacted] d=[redacted]',
    )
  })

  test('is done with hostile text in no time', () => {
    const hostile = [
      '"'.repeat(16_384),
      '"\\'.repeat(8_192),
      'a'.repeat(16_384),
      'a='.repeat(8_192),
      'bearer '.repeat(2_000),
    ]
    for (const text of hostile) expect(redact(text, ['aaaa']).length).toBeLessThanOrEqual(100_000)
  })

  test('finds credentials in what is sent, by their names', () => {
    expect(
      credentialsIn({
        a: { apiKey: 'k1', list: [{ password: 'p1' }], n: 1 },
        token: 't1',
        tokens: ['t2', 7, 't3'],
        title: 'x',
      }),
    ).toEqual(['k1', 'p1', 't1', 't2', 't3'])
  })
})

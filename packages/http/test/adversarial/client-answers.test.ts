import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http, problemOf } from '../../src/index.js'
import { parseJson } from '../../src/json/parse-json.js'
import { unsafeIntegers } from '../../src/json/unsafe-integers.js'
import { answerText } from '../../src/outcome/answer-facts.js'
import { rateLimit } from '../../src/outcome/rate-limit.js'
import { resetMs } from '../../src/outcome/rate-limit-reset.js'
import { dateOf, retryAfter } from '../../src/outcome/retry-after.js'
import { redact } from '../../src/outcome/redact.js'
import { linkWith } from '../../src/pages/link-target.js'
import { httpServer } from '../support/loopback.js'

const DAYS_30 = 30 * 864e5
const NOW = Date.UTC(2026, 10, 22)

describe('JSON of a hostile answer', () => {
  test('is read in memory of its own size, however deep its many great integers lie', () => {
    const deep = 400
    const many = 50_000
    const text = `${'['.repeat(deep)}${'12345678901234567890,'.repeat(many)}1${']'.repeat(deep)}`
    const found = unsafeIntegers(text)
    expect(found).toHaveLength(many)
    // A path for each would be twenty million places.
    expect(found.reduce((places, { path }) => places + path.length, 0)).toBe(0)
    const read = parseJson(Buffer.from(text), { integers: 'text' })
    expect(read.ok && JSON.stringify(read.value).slice(deep, deep + 24)).toBe('"12345678901234567890","')
  })

  test('names a great integer by a path that is short, though its key is a megabyte', () => {
    const read = parseJson(
      Buffer.from(JSON.stringify({ ['k'.repeat(2 ** 20)]: 0 }).replace(':0', ':12345678901234567890')),
    )
    expect(read).toMatchObject({ ok: false, flaw: 'unsafe-number' })
    expect(JSON.stringify(read).length).toBeLessThan(1000)
  })

  test('sets no prototype, however the name is written', () => {
    for (const name of ['__proto__', '\\u005f_proto__', '__pr\\u006fto__']) {
      const read = parseJson(Buffer.from(`{"a":[{"${name}":{"admin":true}}]}`))
      const [inner] = read.ok ? (read.value as { a: object[] }).a : []
      expect(Object.assign({}, inner)).not.toHaveProperty('admin')
    }
  })
})

describe('the problem in an answer', () => {
  const failed = (answer: string): object => ({
    answer,
    headers: { 'content-type': 'application/problem+json' },
  })

  test('has its great integers as digits, and not rounded', () => {
    const problem = problemOf(failed('{"title":"x","asset":12345678901234567891,"n":5}'))
    expect(problem?.extensions).toEqual({ asset: '12345678901234567891', n: 5 })
  })

  test('brings no prototype along', () => {
    const problem = problemOf(failed('{"title":"x","__proto__":{"admin":true}}'))
    expect(problem?.title).toBe('x')
    expect(Object.hasOwn(problem!.extensions, '__proto__')).toBe(false)
  })
})

describe('the hints of a hostile answer', () => {
  test.each([
    ['of 400 digits', '9'.repeat(400)] as const,
    ...['1e999', '-5', 'NaN', '99999999999', '0x10', '1.5.5', 'Infinity', '٣'].map(
      (text) => [text, text] as const,
    ),
  ])('Retry-After %s is within 30 days, or nothing', (_, hint) => {
    const at = retryAfter({ 'retry-after': hint }, NOW)
    if (at !== undefined) {
      expect(at).toBeGreaterThanOrEqual(NOW)
      expect(at).toBeLessThanOrEqual(NOW + DAYS_30)
    } else expect(hint).not.toMatch(/^\d+$/)
  })

  test('a Date in the past makes no longer wait than 30 days, and one ahead none in the past', () => {
    const headers = { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT', date: 'Thu, 01 Jan 1970 00:00:00 GMT' }
    expect(retryAfter(headers, NOW)).toBe(NOW + DAYS_30)
    expect(retryAfter({ 'retry-after': headers.date, date: headers['retry-after'] }, NOW)).toBe(NOW)
  })

  test('a window of more than 30 days is no limit to be kept: one answer must not stop a process for years', () => {
    expect(rateLimit({ 'ratelimit-policy': '"a";q=1;w=999999999999' }, NOW)?.limits).toBeUndefined()
    expect(
      rateLimit({ 'ratelimit-limit': '1;w=999999999', 'ratelimit-remaining': '0' }, NOW)?.limits,
    ).toBeUndefined()
    expect(rateLimit({ 'ratelimit-policy': '"a";q=9;w=2592000' }, NOW)?.limits).toEqual([
      { limit: 9, per: DAYS_30 },
    ])
    expect(rateLimit({ 'ratelimit-limit': '9, 9;w=60', 'ratelimit-remaining': '0' }, NOW)?.limits).toEqual([
      { limit: 9, per: 60_000 },
    ])
  })

  test('no header of 64 KB holds up the process', () => {
    const long = 65_536
    const headers = [
      '<',
      '<a>;',
      'a=";',
      '\\"',
      '1',
      ' ',
      'bearer%20',
      'token=',
      '"a":"',
      ', ',
      ';w=',
      '1:',
      'Mon ',
    ]
    const began = process.cpuUsage()
    for (const piece of headers) {
      const text = piece.repeat(Math.ceil(long / piece.length))
      try {
        linkWith(`<x>; rel=next; title="${text}`, 'next')
      } catch {}
      try {
        linkWith(text, 'next')
      } catch {}
      retryAfter({ 'retry-after': text }, NOW)
      rateLimit(
        { ratelimit: text, 'ratelimit-policy': text, 'x-ratelimit-limit': text, 'x-ratelimit-reset': text },
        NOW,
      )
      resetMs(text, NOW)
      dateOf(`Mon, ${text}`)
      redact(text, ['secret-1'])
    }
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(4000)
  })
})

describe('what is shown of an answer', () => {
  test('has no beginning of a secret that was cut in two where reading stopped', () => {
    const [first, second] = ['A'.repeat(15_000), `second-${'z'.repeat(2_000)}`]
    const body = Buffer.from(`${first}${' '.repeat(400)}${second}${second}`)
    const shown = answerText(body, 'text/plain', [first, second])
    expect(shown).not.toContain('second-')
    expect(answerText(Buffer.from(`${'x'.repeat(9000)}${second}`), 'text/plain', [second])).toBe(
      'x'.repeat(4096),
    )
  })
})

describe('an answer whose Content-Encoding is there and empty', () => {
  test('is read as it came, whole or as a stream', async () => {
    await using server = await httpServer((_, res) => {
      res.writeHead(200, { 'content-encoding': '', 'content-type': 'application/json' })
      res.end('{"ok":true}')
    })
    const site = http({ name: 'site', baseUrl: server.url })
    const read = site.query({ name: 'read', path: '/', response: z.object({ ok: z.boolean() }) })
    expect(await read.call()).toMatchObject({ right: { ok: true } })
    const { body } = await site.download({ name: 'file', path: '/' }).run()
    expect((await body.toArray()).join('')).toBe('{"ok":true}')
    site.close()
  })
})

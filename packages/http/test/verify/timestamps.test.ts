import { assert, date, integer, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rfc3339 } from '../../src/text/rfc3339.js'
import { timestampOf } from '../../src/verify/timestamp.js'

describe('RFC 3339', () => {
  test('agrees with the platform on every instant, under every offset', () => {
    const at = date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    })
    assert(
      property(at, integer({ min: -1439, max: 1439 }), (instant, minutes) => {
        const local = new Date(instant.getTime() + minutes * 60_000).toISOString().slice(0, -1)
        const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
        const offset = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
        expect(rfc3339(local + offset)).toBe(instant.getTime())
      }),
    )
  })

  test.each([
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29t00:00:00z', Date.UTC(2000, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2020-01-01T00:00:00.123456789Z', Date.UTC(2020, 0, 1) + 123],
    ['2020-01-01T00:00:00.5Z', Date.UTC(2020, 0, 1) + 500],
  ])('%s', (text, at) => expect(rfc3339(text)).toBe(at))

  test.each([
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2023-04-31T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-00-01T00:00:00Z',
    '2023-01-00T00:00:00Z',
    '2023-01-01T24:00:00Z',
    '2023-01-01T00:60:00Z',
    '2023-01-01T00:00:61Z',
    '2023-01-01T00:00:00+24:00',
    '2023-01-01T00:00:00+0000',
    '2023-01-01T00:00:00',
    '2023-01-01 00:00:00Z',
    '2023-01-01T00:00:00.Z',
    '+2023-01-01T00:00:00Z',
    '2023-01-01T00:00:00Z\n',
    '',
  ])('%j is none', (text) => expect(rfc3339(text)).toBeUndefined())

  test('any text is an instant or none, and never throws', () => {
    assert(
      property(string({ maxLength: 40 }), (text) => {
        expect(['number', 'undefined']).toContain(typeof rfc3339(text))
      }),
    )
  })
})

test.each(['seconds', 'milliseconds'] as const)('%s are whole numbers in one form only', (format) => {
  const unit = format === 'seconds' ? 1000 : 1
  expect(timestampOf('0', format)).toBe(0)
  expect(timestampOf('1700000000', format)).toBe(1_700_000_000 * unit)
  for (const wrong of ['', '-1', '+1', '01', '1.0', '1e3', '0x1', ' 1', '1 ', '1\n', '１', '9'.repeat(16)])
    expect(timestampOf(wrong, format)).toBeUndefined()
})

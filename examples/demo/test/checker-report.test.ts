import { describe, expect, test } from 'vitest'
import { histograms } from '../src/checker/histogram.ts'
import { formatOf } from '../src/checker/magic.ts'
import { mebibytes, megabytes } from '../src/checker/sizes.ts'
import { quantile } from '../src/checker/speed.ts'
import { restartedIn, sentBytes, uploadsIn } from '../src/checker/uploads.ts'
import type { ExchangeLine } from '../src/shared/evidence.ts'

const patch = (id: string, offset: number, received: number, at = offset): ExchangeLine => ({
  at,
  ended: at + 1,
  method: 'PATCH',
  path: `/uploads/${id}`,
  status: 204,
  received,
  offset,
})

describe('bytes of uploads', () => {
  test('that arrived in a place where others had been are sent again', () => {
    const uploads = uploadsIn([patch('a', 0, 10), patch('a', 6, 10), patch('a', 16, 4), patch('b', 0, 5)])
    expect(uploads.map(({ id, received, covered }) => [id, received, covered])).toEqual([
      ['a', 24, 20],
      ['b', 5, 5],
    ])
    expect(sentBytes([], uploads)).toEqual({ sent: 29, again: 4 })
  })

  test('that were sent again by a further upload of the same file are counted, other uploads are not', () => {
    const announced = ['a', 'b', 'c'].map((id) => ({ id, size: id === 'c' ? 30 : 20, filename: 'x.png' }))
    const uploads = uploadsIn([patch('a', 0, 8), patch('b', 0, 20), patch('c', 0, 30)])
    expect(restartedIn(announced, uploads)).toEqual([{ filename: 'x.png', again: 8 }])
    expect(sentBytes(announced, uploads)).toEqual({ sent: 58, again: 8 })
  })

  test('are of PATCH requests to an upload only', () => {
    const other = { ...patch('a', 0, 10), method: 'POST' }
    expect(uploadsIn([other, { ...patch('a', 0, 10), path: '/assets/a' }])).toEqual([])
  })
})

describe('figures', () => {
  test('are drawn as bars, the highest for the most, none for none', () => {
    const [site, empty, scale] = histograms([
      ['site', [5, 5, 5, 5, 5, 5, 5, 5, 70, 100_000]],
      ['vip', []],
    ]).split('\n')
    expect(site!.replace(/ +/g, ' ')).toBe(' site █████ ▁▁▁▁▁ ▁▁▁▁▁')
    expect(empty).toBe('  vip')
    expect(scale).toMatch(/^ +10 ms +20 ms .* 50 s +more$/)
    // The bar of 70 ms stands over `100 ms`, the last one over `more`.
    expect(site!.indexOf('▁') + 5).toBe(scale!.indexOf('100 ms') + 6)
    expect(site!.length).toBe(scale!.length)
  })

  test('below which a part lies are of those that there are', () => {
    expect(quantile([1, 2, 3, 4, 5], 0.5)).toBe(3)
    expect(quantile([1, 2, 3, 4, 5], 0.99)).toBe(4)
    expect(quantile([], 0.5)).toBe(0)
  })

  test('of sizes say their unit', () => {
    expect([megabytes(105_000_000), megabytes(999_499), mebibytes(16 * 2 ** 20), mebibytes(50_000)]).toEqual([
      '105.0 MB',
      '999 kB',
      '16.0 MiB',
      '49 KiB',
    ])
  })
})

describe('formats', () => {
  test('are known by first bytes, not by names', () => {
    expect(formatOf(Buffer.from('RIFF1234WEBPVP8 '))).toBe('WebP')
    expect(formatOf(Buffer.from('RIFF1234WAVEfmt '))).toBe('WAV')
    expect(formatOf(Buffer.from('<html><body>Not '))).toBeUndefined()
  })
})

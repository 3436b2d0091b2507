import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http, updateWithEtag } from '../../src/index.js'
import { addressFilter } from '../../src/network/address-filter.js'
import { pathOf } from '../../src/client/path.js'
import { queryString } from '../../src/client/query-string.js'
import { pagerOf } from '../../src/pages/pager.js'
import { positionIn } from '../../src/pages/position.js'
import { httpServer } from '../support/loopback.js'
import { listing } from '../support/listing.js'

describe('a path made of hostile data', () => {
  const { of } = pathOf<{ id: string | number }>('/v1/things/:id/parts', 'test')

  test.each([
    '..',
    '.',
    '../admin',
    '../../admin',
    'a/../../b',
    '..\\admin',
    'a/..',
    './x',
    NaN,
    Infinity,
    '',
  ])('of %o is refused: what decodes slashes would leave the base URL', (id) => {
    expect(() => of({ id })).toThrow(TypeError)
  })

  test('of any other text stays one segment, for every server that decodes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (id) => {
        let path: string
        try {
          path = of({ id })
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TypeError)
          return
        }
        const url = new URL(`https://x.test${path}`)
        expect(url.origin).toBe('https://x.test')
        expect(url.pathname).toMatch(/^\/v1\/things\/[^/?#\\]+\/parts$/)
        expect(new URL(`https://x.test${decodeURIComponent(path).replaceAll(/[?#]/g, '')}`).pathname).toMatch(
          /^\/v1\/things\//,
        )
      }),
      { seed: 7, numRuns: 400 },
    )
  })

  test.each([
    '/a/..%2f..%2fadmin',
    '/a/%2e%2e%5cadmin',
    '//evil.test',
    '/a?x',
    '/a\r\nb',
    'https://evil.test',
  ])('given whole as %o is refused', (path) => {
    const whole = pathOf(() => path, 'test')
    expect(() => whole.of(undefined)).toThrow(TypeError)
  })

  test('and a query of any texts is read back as they were, on one line', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (values) => {
        const text = queryString({ q: values })
        expect(text).toMatch(/^[\x21-\x7e]*$/)
        expect(new URLSearchParams(text).getAll('q')).toEqual(values)
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})

describe('addresses that data may name', () => {
  const filter = addressFilter('public', 'test')!

  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:a83f:8110',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '100::1',
    '5f00::1',
    '4000::1',
    'a000::1',
    '1000::1',
  ])('%s is refused', (address) => {
    expect(filter.mayReach(address)).toBe(false)
    expect(filter.mayAsk(address.includes(':') ? `[${address}]` : address, 443)).toBe(false)
  })

  test.each(['8.8.8.8', '168.63.129.17', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is not',
    (address) => {
      expect(filter.mayReach(address)).toBe(true)
    },
  )

  test('what a URL makes of odd spellings is judged as the address that it is', () => {
    for (const odd of [
      '127.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '①②⑦.0.0.1',
      '127.0.0.1.',
      '[::ffff:7f00:1]',
    ])
      expect(filter.mayAsk(new URL(`https://${odd}/`).hostname, 443)).toBe(false)
  })
})

describe('a list of pages whose remote tells nonsense', () => {
  const came = (body: unknown, count: number) => ({
    body,
    count,
    headers: {},
    at: undefined,
    baseUrl: 'https://x.test',
    url: 'https://x.test/a',
    credentials: [],
  })

  test.each([NaN, -1, undefined, null])('goes on where a total is %o, which says nothing', (total) => {
    const byOffset = pagerOf({ offset: 'o', total: () => total }, 'test')
    const byPage = pagerOf({ page: 'p', pages: () => total }, 'test')
    expect(byOffset.turn(came({}, 2))).toEqual({ more: true, next: { offset: 2 } })
    expect(byPage.turn(came({}, 2))).toEqual({ more: true, next: { page: 2 } })
    expect(byOffset.turn(came({}, 0))).toMatchObject({ more: false })
  })

  test('ends where a total is 0 or reached', () => {
    expect(pagerOf({ offset: 'o', total: () => 2 }, 'test').turn(came({}, 2))).toMatchObject({ more: false })
    expect(pagerOf({ page: 'p', pages: () => 1 }, 'test').turn(came({}, 2))).toMatchObject({ more: false })
  })

  test.each([1700000000.5, -1, 0])('finds a stored cursor of %o again', (cursor) => {
    expect(positionIn(JSON.parse(JSON.stringify({ cursor })))).toEqual({ cursor })
  })

  test.each([NaN, Infinity, {}, true])(
    'refuses a cursor of %o, which nothing could be asked by',
    (cursor) => {
      const pager = pagerOf({ query: 'c', cursor: () => cursor as never }, 'test')
      expect(() => pager.turn(came({}, 1))).toThrow(/cursor gave (?:NaN|Infinity|object|boolean)/)
    },
  )
})

describe('a conditional update of great integers', () => {
  const Page = z.object({ title: z.string(), size: z.string().transform((digits) => BigInt(digits)) })

  test('sends them digit by digit, and sees that they are there already', async () => {
    let etag = 1
    const written: string[] = []
    let stored = '{"title":"old","size":12345678901234567891}'
    await using server = await httpServer((req, res) => {
      const chunks: Buffer[] = []
      req.on('data', (c: Buffer) => chunks.push(c))
      req.on('end', () => {
        if (req.method === 'PUT') {
          stored = Buffer.concat(chunks).toString()
          written.push(stored)
          etag++
        }
        res.writeHead(200, { 'content-type': 'application/json', etag: `"${etag}"` }).end(stored)
      })
    })
    const site = http({ name: 'site', baseUrl: server.url, integers: 'text' })
    const rename = updateWithEtag(site, {
      name: 'rename',
      path: '/p',
      response: Page,
      merge: (page, title: string) => ({ ...page, title }),
    })
    expect(await rename.call('new')).toMatchObject({ right: { as: 'updated' } })
    expect(await rename.call('new')).toMatchObject({ right: { as: 'unchanged' } })
    expect(written).toEqual(['{"title":"new","size":12345678901234567891}'])
    site.close()
  })
})

describe('pages over a server', () => {
  test('are all read where the total comes from a header that is not there', async () => {
    await using server = await listing((url) => {
      const offset = Number(url.searchParams.get('o'))
      return { body: offset < 4 ? [offset, offset + 1] : [] }
    })
    const site = http({ name: 'site', baseUrl: server.url })
    const Numbers = z.array(z.number())
    const list = site.pages({
      name: 'list',
      path: '/l',
      response: Numbers,
      items: (page: number[]) => page,
      next: { offset: 'o', total: () => Number(undefined) },
    })
    const seen: number[] = []
    for await (const item of list.items()) seen.push(item)
    expect(seen).toEqual([0, 1, 2, 3])
    site.close()
  })
})

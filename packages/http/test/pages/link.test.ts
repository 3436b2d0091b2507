import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { apiKey, bearer, http } from '../../src/index.js'
import { linkTarget, linkWith } from '../../src/pages/link-target.js'
import { all, listing, type Listed } from '../support/listing.js'

const Ids = z.array(z.number())
const items = (page: number[]): number[] => page

const over = (url: string, rest: Partial<Parameters<typeof http>[0]> = {}) => {
  const api = http({ name: 'api', baseUrl: `${url}/v1`, ...rest })
  return {
    api,
    list: api.pages({ name: 'list', path: '/things', response: Ids, items, next: { link: 'next' } }),
  }
}

describe('a list by Link headers', () => {
  test('is read to its end, whatever form the header takes', async () => {
    const links: Record<string, string> = {
      '/v1/things': '</v1/things?page=2>; rel="next"; title="a, \\"b\\"; c", </v1/things?page=9>; rel=last',
      '/v1/things?page=2': '<things?page=3>;REL="prev Next"',
      '/v1/things?page=3': '</v1/other>; anchor="#else"; rel=next, <./sub/four?x=a%20b&x=%2F>; rel="next"',
    }
    await using server = await listing((url, { url: path }) => ({
      body: [Number(url.searchParams.get('page') ?? 1)],
      ...(links[path] !== undefined && { headers: { link: links[path] } }),
    }))
    const { list, api } = over(server.url)
    expect(await all(list.items())).toEqual([1, 2, 3, 1])
    expect(server.asked.map((a) => a.url)).toEqual([
      '/v1/things',
      '/v1/things?page=2',
      '/v1/things?page=3',
      '/v1/sub/four?x=a%20b&x=%2F',
    ])
    api.close()
  })

  test('takes an absolute link to its own origin, and a header that is repeated', async () => {
    await using server = await listing((url) => ({
      body: [1],
      ...(!url.search && {
        headers: {
          link: [`<${server.url}/v1/first>; rel=first`, `<${server.url}/v1/things?n=2#x>; rel=next`],
        },
      }),
    }))
    const { list, api } = over(server.url)
    expect(await all(list.items())).toEqual([1, 1])
    expect(server.asked.at(-1)?.url).toBe('/v1/things?n=2')
    api.close()
  })

  test('never leaves its base URL: the page is given, then the failure, and nothing goes elsewhere', async () => {
    await using elsewhere = await listing(() => ({ body: [666] }))
    for (const link of [
      `${elsewhere.url}/v1/things`,
      `//127.0.0.1:${elsewhere.port}/v1/things`,
      'https://evil.example/v1/things?key=s3cr3t',
      'http://user:s3cr3t@127.0.0.1/v1/things',
      'ftp://127.0.0.1/v1/things',
      'javascript:alert(1)',
      '/admin',
      '/v1',
      '/v10/things',
      '../admin',
      '/v1/%2e%2e/admin',
      '/v1/..%2fadmin',
      '/v1/a%2f%2E%2e%5c..%5cadmin',
      '\\\\evil.example\\x',
      'http://[',
    ]) {
      await using server = await listing(() => ({ body: [1], headers: { link: `<${link}>; rel="next"` } }))
      const { list, api } = over(server.url, { auth: bearer('t0psecret') })
      const given = await all(list.call())
      // The base itself, without a slash, is a place below the base.
      if (link === '/v1') expect(server.asked[1]?.url).toBe('/v1/')
      else {
        expect(given, link).toMatchObject([
          { right: { items: [1] } },
          {
            left: {
              _tag: 'BadResponse',
              flaw: 'foreign-link',
              kind: 'permanent',
              status: 200,
              path: '/things',
            },
          },
        ])
        expect(server.asked).toHaveLength(1)
        expect(JSON.stringify(given), link).not.toMatch(/s3cr3t|t0psecret/)
      }
      api.close()
    }
    expect(elsewhere.asked).toEqual([])
  })

  test('says where a link leads that it does not follow', async () => {
    await using server = await listing(() => ({
      body: [],
      headers: { link: '<https://evil.example/a>; rel=next' },
    }))
    const { list, api } = over(server.url)
    await expect(all(list.items())).rejects.toThrow(
      'GET /things of "api" has a link to https://evil.example, away from the base URL; it is not followed',
    )
    api.close()
  })

  test.each(['<no end', 'no link', '<a>; rel=next, b', '<a>; title*=%; rel=next'])(
    'a header of %j is no link',
    async (link) => {
      await using server = await listing(() => ({ body: [1], headers: { link } }))
      const { list, api } = over(server.url)
      expect(await all(list.call())).toMatchObject([
        { right: { items: [1] } },
        { left: { _tag: 'BadResponse', flaw: 'foreign-link' } },
      ])
      api.close()
    },
  )

  test('a page that leads back to one before it ends it', async () => {
    const next: Record<string, string> = { '/v1/things': 'b', '/v1/b': 'c', '/v1/c': 'b' }
    await using server = await listing((_, { url }): Listed => ({
      body: [url.length],
      headers: { link: `</v1/${next[url]}>; rel=next` },
    }))
    const { list, api } = over(server.url)
    expect((await all(list.call())).at(-1)).toMatchObject({ left: { _tag: 'BadResponse', flaw: 'endless' } })
    expect(server.asked).toHaveLength(3)
    api.close()
  })

  test('a page that is its own next one is asked for once', async () => {
    await using server = await listing(() => ({ body: [1], headers: { link: '<things>; rel=next' } }))
    const { list, api } = over(server.url)
    await expect(all(list.items())).rejects.toMatchObject({ flaw: 'endless' })
    expect(server.asked).toHaveLength(1)
    api.close()
  })

  test('credentials that a link repeats are sent once, and headers go with every page', async () => {
    await using server = await listing((url) => ({
      body: [1],
      ...(url.searchParams.get('p') === null && {
        headers: { link: `<${server.url}/v1/things?api_key=k3y-of-mine&p=2>; rel=next` },
      }),
    }))
    const { list, api } = over(server.url, {
      auth: apiKey({ in: 'query', parameter: 'api_key', key: 'k3y-of-mine' }),
      headers: { 'x-app': 'a' },
    })
    await all(list.items())
    expect(server.asked[1]?.url.match(/api_key/g)).toHaveLength(1)
    expect(server.asked.map((a) => a.headers['x-app'])).toEqual(['a', 'a'])
    api.close()
  })

  test('links in bodies are held to the same', async () => {
    const Page = z.object({ data: z.array(z.number()), links: z.object({ next: z.string().nullish() }) })
    await using server = await listing((url) => {
      const n = Number(url.searchParams.get('n') ?? 1)
      return {
        body: {
          data: [n],
          links: { next: n < 3 ? `?n=${n + 1}` : n === 3 ? 'https://evil.example/' : null },
        },
      }
    })
    const api = http({ name: 'api', baseUrl: server.url })
    const list = api.pages({
      name: 'list',
      path: '/things',
      response: Page,
      items: (page) => page.data,
      next: { linkIn: (page) => page.links.next },
    })
    const given = await all(list.call())
    expect(given).toHaveLength(4)
    expect(given.at(-1)).toMatchObject({ left: { flaw: 'foreign-link' } })
    api.close()
  })
})

describe('links', () => {
  test('never lead anywhere but below the base, whatever is in them', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e%2e',
        '%2f',
        '%5c',
        '/',
        '//',
        '\\',
        '?',
        '#',
        '@',
        ':',
        'a',
        'v1',
        'http:',
        'https://evil.example',
      ),
      fc.string({ maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const target = linkTarget(
          'https://api.example/v1',
          'https://api.example/v1/things?x=1',
          parts.join(''),
        )
        if ('refused' in target) return
        const url = new URL(`https://api.example/v1${target.link}`)
        expect(url.origin).toBe('https://api.example')
        expect(url.pathname.startsWith('/v1/')).toBe(true)
        expect(decodeURIComponent(url.pathname.replaceAll('%', '%25')).split('/')).not.toContain('..')
      }),
      { numRuns: 2000 },
    )
  })

  test('a header of anything ends in a link, none, or a refusal to read it', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      ';',
      ',',
      '"',
      '\\',
      'rel',
      '=',
      'next',
      ' ',
      'a',
      '*',
      "'",
      'anchor',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join('')),
        ),
        (header) => {
          try {
            const link = linkWith(header, 'next')
            expect(link === undefined || typeof link === 'string').toBe(true)
          } catch (e) {
            expect(e).toBeInstanceOf(Error)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

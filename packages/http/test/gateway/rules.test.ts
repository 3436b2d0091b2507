import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../src/gateway/cache/judge.js'
import { directivesOf, secondsOf } from '../../src/gateway/cache/directives.js'
import { dateIn, httpDate } from '../../src/gateway/cache/http-date.js'
import { partOf } from '../../src/gateway/cache/range.js'
import { cacheStoreContract } from '../../src/gateway/cache/store-contract.js'
import { lookupLanguage, memoryCache } from '../../src/gateway/index.js'

describe('a memory store', () => {
  for (const { name, run } of cacheStoreContract(() => memoryCache())) it(name, run)

  it('lets go of what was not asked for longest when it is full', () => {
    const store = memoryCache({ maxBytes: 30_000 })
    const put = (key: string, size = 8000): void =>
      store.set({
        key,
        variant: '[]',
        vary: [],
        status: 200,
        headers: [],
        body: new Uint8Array(size),
        tags: ['t'],
        at: 0,
        age: 0,
        lifetime: 60,
        whileRevalidate: 0,
        ifError: 0,
        strict: false,
        shared: true,
      })
    for (const key of ['a', 'b', 'c']) put(key)
    store.get('a')
    put('d')
    expect(['a', 'b', 'c', 'd'].map((key) => store.get(key).length)).toEqual([1, 0, 1, 1])
    put('huge', 40_000)
    expect(store.get('huge')).toEqual([])
    expect(store.bytes).toBeLessThanOrEqual(30_000)
    store.purge({ tag: 't' })
    expect([store.bytes, store.entries]).toEqual([0, 0])
  })

  it('never counts wrongly, whatever comes', () => {
    const op = fc.record({
      kind: fc.constantFrom('set', 'delete', 'tag', 'prefix'),
      key: fc.constantFrom('a', 'ab', 'b'),
      variant: fc.constantFrom('1', '2', '3'),
      tag: fc.constantFrom('x', 'y'),
      size: fc.nat(3000),
    })
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), (ops) => {
        const store = memoryCache({ maxBytes: 8000, maxVariants: 2 })
        for (const { kind, key, variant, tag, size } of ops) {
          if (kind === 'set')
            store.set({
              key,
              variant,
              vary: [],
              status: 200,
              headers: [],
              body: new Uint8Array(size),
              tags: [tag],
              at: 0,
              age: 0,
              lifetime: 0,
              whileRevalidate: 0,
              ifError: 0,
              strict: false,
              shared: true,
            })
          else if (kind === 'delete') store.delete(key)
          else store.purge(kind === 'tag' ? { tag } : { prefix: key })
          const all = ['a', 'ab', 'b'].flatMap((k) => store.get(k))
          expect(store.entries).toBe(all.length)
          expect(store.bytes).toBeLessThanOrEqual(8000)
        }
        store.purge({ prefix: '' })
        expect([store.bytes, store.entries]).toEqual([0, 0])
      }),
    )
  })
})

describe('the language lookup', () => {
  it.each([
    ['de-CH, en;q=0.5', 'de-CH'],
    ['de-AT', 'de'],
    ['DE-ch-1996', 'de-CH'],
    ['zh-Hant-x-private', undefined],
    ['fr;q=1, en;q=0.3', 'en'],
    ['en;q=0, de;q=0.1', 'de'],
    ['en;q=0', undefined],
    ['*', undefined],
    ['', undefined],
    ['en;q=2, ;;, de;q=x', undefined],
  ])('of %j finds %j', (accept, found) => {
    expect(lookupLanguage(accept, ['en', 'de', 'de-CH'])).toBe(found)
  })

  it('never throws, and finds only what is supported', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('d', 'e', '-', ',', ';', 'q', '=', '0', '.', '*', ' ', 'x') }),
        (accept) => {
          expect([undefined, 'de']).toContain(lookupLanguage(accept, ['de']))
        },
      ),
    )
  })
})

describe('Cache-Control', () => {
  it('is read in any case, quoted or not, and by its first value', () => {
    const found = directivesOf('MAX-AGE=10, s-maxage="20", max-age=99, ext="a,b=\\"c", =x, no-cache')
    expect({ ...found }).toEqual({ 'max-age': '10', 's-maxage': '20', ext: 'a,b="c', 'no-cache': true })
    expect([
      secondsOf(found, 'max-age'),
      secondsOf(directivesOf('max-age=-1'), 'max-age'),
      secondsOf(directivesOf('max-age=1.5'), 'max-age'),
    ]).toEqual([10, 0, 0])
  })

  it('never throws, and finds no seconds that are not there', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const seconds = secondsOf(directivesOf(text), 'max-age')
        expect(seconds === undefined || seconds >= 0).toBe(true)
      }),
    )
  })
})

describe('freshness', () => {
  const now = Date.UTC(2026, 0, 1)
  const stale = { freshFor: undefined, whileRevalidate: 0, ifError: 0 }
  const of = (...headers: string[]) => judge({}, 200, headers, { asked: now, came: now }, stale)
  it.each([
    [['cache-control', 's-maxage=10, max-age=20'], 10],
    [['cache-control', 'max-age=20', 'expires', httpDate(now + 90_000)], 20],
    [['expires', httpDate(now + 90_000)], 90],
    [['expires', httpDate(now + 90_000), 'expires', httpDate(now + 90_000)], 0],
    [['expires', '0'], 0],
    [['last-modified', httpDate(now - 100_000)], 10],
    [['cache-control', 'max-age=20', 'cdn-cache-control', 'max-age=50'], 50],
    [['cache-control', 'max-age=20', 'cdn-cache-control', 'max-age="50"; nonsense,,'], 20],
    [['cache-control', 'max-age=20, proxy-revalidate'], 20],
    [['cache-control', 'max-age=99999999999999999999'], 2 ** 31],
  ])('of %j is %j seconds', (headers, seconds) => {
    expect(of(...headers).lifetime).toBe(seconds)
  })

  it('counts how old an answer was already', () => {
    expect(of('cache-control', 'max-age=20', 'age', '7').age).toBe(7)
    expect(of('cache-control', 'max-age=20', 'date', httpDate(now - 9000)).age).toBe(9)
    expect(judge({}, 200, ['age', '7'], { asked: now - 2000, came: now }, stale).age).toBe(9)
  })

  it('takes windows from the answer, then from the options, and none where staleness is forbidden', () => {
    const options = { freshFor: 5, whileRevalidate: 30, ifError: 60 }
    const windows = (header: string): readonly number[] => {
      const { whileRevalidate, ifError } = judge(
        {},
        200,
        ['cache-control', header],
        { asked: now, came: now },
        options,
      )
      return [whileRevalidate, ifError]
    }
    expect(windows('max-age=1')).toEqual([30, 60])
    expect(windows('max-age=1, stale-while-revalidate=3, stale-if-error=4')).toEqual([3, 4])
    expect(windows('max-age=1, must-revalidate, stale-if-error=4')).toEqual([0, 0])
    expect(windows('s-maxage=1')).toEqual([0, 0])
    expect(judge({}, 200, [], { asked: now, came: now }, options).lifetime).toBe(5)
  })
})

describe('dates and ranges', () => {
  it('reads the three forms of a date, and nothing else', () => {
    const at = Date.UTC(1994, 10, 6, 8, 49, 37)
    const now = Date.UTC(2026, 0, 1)
    for (const text of [
      'Sun, 06 Nov 1994 08:49:37 GMT',
      'Sunday, 06-Nov-94 08:49:37 GMT',
      'Sun Nov  6 08:49:37 1994',
    ])
      expect(dateIn(text, now)).toBe(at)
    for (const text of [
      '',
      '0',
      '1994-11-06',
      'Sun, 6 Nov 1994 08:49:37 GMT',
      'Sun, 06 Nov 1994 08:49:37 UTC',
      'Sun, 06 Foo 1994 08:49:37 GMT',
      'Sun, 66 Nov 1994 08:49:37 GMT',
    ])
      expect(dateIn(text, now)).toBeUndefined()
  })

  it('writes dates that it reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), (s) => {
        expect(dateIn(httpDate(s * 1000), 0)).toBe(s * 1000)
      }),
    )
  })

  it('takes only parts that there are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('0', '1', '9', '-', ',', ' ') }),
        fc.nat(100),
        (range, size) => {
          const part = partOf(`bytes=${range}`, size)
          if (typeof part === 'string') return
          expect(part.from).toBeLessThanOrEqual(part.to)
          expect(part.from).toBeGreaterThanOrEqual(0)
          expect(part.to).toBeLessThan(size)
        },
      ),
    )
  })
})

import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { storedField } from '../../src/drift/stored-field.js'
import { observed, said } from './observing.js'

const STATES = ['draft', 'review', 'live']
const entry = (i: number): Record<string, unknown> => ({
  title: `Title ${i}`,
  state: STATES[i % 3],
  price: i,
  author: { id: `u${i % 7}`, tags: [{ word: 'a' }] },
})

describe('a new field', () => {
  test('is not told while the messages are being learned, whatever comes', () => {
    const p = observed()
    expect(p.seeAll(200, (i) => ({ [`field ${String.fromCharCode(97 + (i % 20))}`]: i }))).toEqual([])
  })
  test('is told at the first message that has it, and again at each that follows', () => {
    const p = observed()
    p.seeAll(201, entry)
    expect(said(p.see({ ...entry(1), teaser: 'x' }))).toEqual(['unknown teaser string'])
    expect(said(p.see({ ...entry(1), teaser: 'y' }))).toEqual(['again unknown teaser string'])
    expect(p.see(entry(2))).toEqual([])
  })
  test('is told by its path, through objects and arrays', () => {
    const p = observed()
    p.seeAll(201, entry)
    const odd = {
      ...entry(1),
      author: { id: 'u1', tags: [{ word: 'a' }, { word: 'a', rank: 1 }], vip: true },
    }
    expect(said(p.see(odd))).toEqual(['unknown author.tags[].rank number', 'unknown author.vip boolean'])
  })
  test('is told once as a whole, not for each field inside of it', () => {
    const p = observed()
    p.seeAll(201, entry)
    expect(said(p.see({ ...entry(1), seo: { title: 'a', words: ['b'] } }))).toEqual(['unknown seo object'])
    expect(said(p.see({ ...entry(1), seo: { title: 'a', more: 1 } }))).toEqual(['again unknown seo object'])
  })
  test('is not told where the io-ts codec knows it, however late it comes', () => {
    const codec = t.intersection([
      t.type({ title: t.string, author: t.type({ id: t.string }) }),
      t.partial({ teaser: t.string, author: t.partial({ nick: t.string }) }),
      t.partial({ by: t.union([t.string, t.exact(t.partial({ nick: t.string }))]) }),
    ])
    const p = observed(codec)
    p.seeAll(201, entry)
    const later = { ...entry(1), teaser: 'x', author: { id: 'u1', tags: [], nick: 'n' }, by: { nick: 'n' } }
    expect(p.see(later)).toEqual([])
    expect(said(p.see({ ...entry(1), other: 1 }))).toEqual(['unknown other number'])
  })
  test('of twelve that come with one message all are told', () => {
    const p = observed()
    p.seeAll(201, entry)
    const more = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`new_${'abcdefghijkl'[i]}`, i]))
    expect(p.see({ ...entry(1), ...more })).toHaveLength(12)
    expect(p.field.map).toBe(false)
  })
})

describe('a field that is gone', () => {
  const without = (i: number): object => ({ title: `Title ${i}`, state: STATES[i % 3], price: i })

  test('is told after fifty messages in a row without it, at most eight later', () => {
    const p = observed()
    p.seeAll(300, entry)
    expect(p.seeAll(49, without)).toEqual([])
    const found = p.seeAll(9, without).filter((f) => f.first)
    expect(said(found)).toEqual(['vanished author object'])
    expect(found[0]!.times).toBeGreaterThanOrEqual(50)
  })
  test('is not told when it was in fewer than 99 of 100', () => {
    const p = observed()
    p.seeAll(1000, (i) => (i % 50 === 0 ? without(i) : entry(i)))
    expect(p.seeAll(200, without)).toEqual([])
  })
  test('is told when it was missing now and then, in one of 200', () => {
    const often = observed()
    often.seeAll(1000, (i) => (i % 200 === 0 ? without(i) : entry(i)))
    expect(said(often.seeAll(58, without))).toContain('vanished author object')
  })
  test('is not told when there were fewer than 200 messages', () => {
    const p = observed()
    p.seeAll(199, entry)
    expect(p.seeAll(100, without)).toEqual([])
  })
  test('is not told for what was inside of it', () => {
    const p = observed()
    p.seeAll(300, entry)
    expect(p.seeAll(400, without).every((f) => f.path === 'author')).toBe(true)
  })
  test('is told anew when it had come back', () => {
    const p = observed()
    p.seeAll(300, entry)
    p.seeAll(60, without)
    p.seeAll(10_000, entry)
    expect(said(p.seeAll(58, without).filter((f) => f.first))).toEqual(['vanished author object'])
  })
})

describe('another kind of JSON', () => {
  test('is told: a text where there were numbers, null where there never was', () => {
    const p = observed()
    p.seeAll(201, entry)
    expect(said(p.see({ ...entry(1), price: '12', author: null }))).toEqual([
      'type price string',
      'type author null',
    ])
    expect(said(p.see({ ...entry(1), price: '13' }))).toEqual(['again type price string'])
  })
  test('is not told where it was there from the beginning', () => {
    const p = observed()
    p.seeAll(300, (i) => ({ n: i % 2 === 0 ? i : String(i) }))
    expect(p.see({ n: 1 })).toEqual([])
    expect(p.see({ n: 'x' })).toEqual([])
  })
})

describe('a new value', () => {
  test('of a field with few is told, with the value', () => {
    const p = observed()
    p.seeAll(300, entry)
    expect(said(p.see({ ...entry(1), state: 'archived' }))).toEqual(['value state archived'])
    expect(said(p.see({ ...entry(1), state: 'archived' }))).toEqual(['again value state archived'])
    expect(said(p.see({ ...entry(1), state: 'deleted' }))).toEqual(['value state deleted'])
  })
  test('is not told of a field with more than twenty', () => {
    const p = observed()
    p.seeAll(400, (i) => ({ word: `w${'abcdefghijklmnopqrstuvwxy'[i % 25]}` }))
    expect(p.see({ word: 'other' })).toEqual([])
  })
  test('is not told while values still come in', () => {
    const p = observed()
    expect(p.seeAll(500, (i) => ({ word: `w${'abcdefghijkl'[Math.floor(i / 60)]}` }))).toEqual([])
  })
  test('is not told where a union of literals, or a keyof, of the codec knows it', () => {
    const state = t.union([t.literal('draft'), t.literal('archived'), t.keyof({ deleted: null }), t.string])
    const p = observed(t.type({ state }))
    p.seeAll(400, () => ({ state: 'draft' }))
    expect(p.see({ state: 'archived' })).toEqual([])
    expect(p.see({ state: 'deleted' })).toEqual([])
    expect(said(p.see({ state: 'lost' }))).toEqual(['value state lost'])
  })
  test('is not looked at where values are switched off', () => {
    const p = observed(undefined, { values: false })
    p.seeAll(300, entry)
    expect(p.see({ ...entry(1), state: 'archived' })).toEqual([])
  })
})

describe('keys that are data', () => {
  const ID = (i: number): string => `blt${(i * 7919).toString(16).padStart(13, '0')}`

  test('are one place: ids, numbers, dates, addresses', () => {
    const p = observed()
    const body = (i: number): object => ({
      byId: { [ID(i)]: { n: i } },
      byNumber: { [i]: i },
      byDay: { [`2026-01-${String((i % 28) + 1).padStart(2, '0')}`]: i },
      byMail: { [`ann${i}@example.org`]: i },
    })
    expect(p.seeAll(600, body)).toEqual([])
    expect(p.field.count()).toBe(1 + 4 + 4 + 1)
    expect(JSON.stringify(storedField(p.field))).not.toContain('example.org')
  })
  test('are known by their number: more than 48, or many of which each message has few', () => {
    const wide = observed()
    const word = (i: number): string => `${'abcdefgh'[i % 8]}${'abcdefgh'[Math.floor(i / 8) % 8]}`
    wide.see(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [word(i), i])))
    expect([wide.field.map, wide.field.children.size]).toEqual([true, 1])

    const sparse = observed()
    sparse.seeAll(64, (i) => ({ [word(i % 30)]: i }))
    expect([sparse.field.map, sparse.field.children.size]).toEqual([true, 1])
  })
  test('are known when messages bring one after another', () => {
    const p = observed()
    p.seeAll(300, () => ({ labels: { a: 1, b: 1 } }))
    const found = p.seeAll(40, (i) => ({
      labels: { a: 1, b: 1, [`k${'abcdefgh'[i % 8]}${'abcdefgh'[Math.floor(i / 8)]}`]: 1 },
    }))
    expect(found.filter((f) => f.first)).toHaveLength(8)
    expect(p.field.children.get('labels')!.map).toBe(true)
  })
})

describe('what is kept', () => {
  test('is no value of any message: of texts that are few their hashes, of all others that they are many', () => {
    const p = observed()
    p.seeAll(300, (i) => ({ ...entry(i), name: 'Miller', token: 'abc', city: 'Bern', note: 'a secret plan' }))
    const text = JSON.stringify(storedField(p.field))
    for (const value of ['Miller', 'abc', 'Bern', 'plan', 'draft', 'Title']) expect(text).not.toContain(value)
  })
  test('of persons and credentials is nothing, and so their values are never told', () => {
    const p = observed()
    const of = (word: string): object => ({ authorName: word, email: word, apiToken: word, created_by: word })
    p.seeAll(400, () => of('ann'))
    expect(p.see(of('bob'))).toEqual([])
  })
})

import * as t from 'io-ts'
import { expect, test } from 'vitest'
import { Budget } from '../../src/drift/budget.js'
import { expectedBy } from '../../src/drift/expected-by-codec.js'
import { Field } from '../../src/drift/field.js'
import { mergeFields } from '../../src/drift/merge-fields.js'
import { checkDrift } from '../../src/drift/options.js'
import { SourceDrift } from '../../src/drift/source-drift.js'
import type { Json } from '../../src/index.js'
import { observed, said } from './observing.js'

const NOW = Date.UTC(2026, 10, 22)
const letters = (n: number): string =>
  [0, 1, 2, 3].map((at) => String.fromCharCode(97 + (Math.floor(n / 26 ** at) % 26))).join('')

/** A source that is shown messages, and what it would store. */
const source = () => {
  const drift = new SourceDrift({ name: 'hook' }, checkDrift(undefined)!)
  const budget = new Budget(1e9)
  const see = (body: unknown, type = 'entry'): readonly string[] =>
    drift.saw(type, body, 'id', NOW, budget).map((a) => `${a.what} ${a.path} ${a.sample}`)
  return { see, merge: (row: Json) => drift.merge(row), row: () => drift.stored(NOW) }
}

test('a sender with a new field in every message fills neither the row nor the list of alarms', () => {
  const s = source()
  for (let i = 0; i < 300; i++) s.see({ a: 1 })
  const told = Array.from({ length: 5000 }, (_, i) => s.see({ a: 1, [letters(i)]: 'x' })).flat()
  expect(told.length).toBeLessThanOrEqual(8)
  expect(JSON.stringify(s.row()).length).toBeLessThan(5000)
})

test('wide and deep messages of endless types stay within 2,000 fields and 64 types', () => {
  const s = source()
  for (let i = 0; i < 300; i++) {
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, k) => [letters(i * 40 + k), 'x']))
    s.see({ ...wide, inside: { ...wide, inside: wide } }, `type ${letters(i)}`)
  }
  const { types } = s.row() as { readonly types: Record<string, Json> }
  expect(Object.keys(types).length).toBeLessThanOrEqual(65)
  expect(JSON.stringify(types).match(/"p":/g)!.length).toBeLessThanOrEqual(2000)
})

test('the name of a type that is no name is not kept', () => {
  const s = source()
  s.see({ a: 1 }, 'x'.repeat(100_000))
  expect(JSON.stringify(s.row()).length).toBeLessThan(500)
})

test('what there was no room for takes none, however often others tell of it', () => {
  const other = new Field()
  for (let i = 0; i < 10; i++) other.children.set(letters(i), new Field())
  const room = { left: 4 }
  const mine = new Field()
  for (let i = 0; i < 5; i++) mergeFields(mine, other, room)
  expect([mine.children.size, room.left]).toEqual([4, 0])
  const list = new Field()
  list.items = new Field()
  mergeFields(mine, list, room)
  expect([mine.items, room.left]).toEqual([undefined, 0])
})

test('a message of 20,000 keys is looked at in part, whether or not there is room for them', () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [letters(i), i]))
  for (const left of [2000, 0]) {
    let looked = 0
    const body = new Proxy(many, { get: (of, key) => (looked++, Reflect.get(of, key) as unknown) })
    observed(undefined, {}, new Field(), { left }).see(body)
    expect(looked).toBeLessThanOrEqual(1001)
  }
})

test('new values inside of what is named as a credential or a person are never told', () => {
  const body = (v: string): object => ({
    token: { value: v },
    passwords: { '12345': v },
    secrets: [v],
    a: { credentials: { deep: { x: [{ y: v }] } } },
    owner: { first: v },
    name: [v],
  })
  const p = observed()
  p.seeAll(400, (i) => body(['live', 'draft'][i % 2]!))
  expect(p.see(body('hunter'))).toEqual([])
  const status = observed()
  status.seeAll(400, (i) => ({ user: { role: ['admin', 'guest'][i % 2] } }))
  expect(said(status.see({ user: { role: 'root' } }))).toEqual(['value user.role root'])
})

test('fields that are named as what objects have of their own are fields', () => {
  const body = (more: string): unknown =>
    JSON.parse(`{"__proto__":{"a":1${more}},"constructor":"x","toString":2}`)
  const s = source()
  for (let i = 0; i < 300; i++) s.see(body(''), '__proto__')
  const other = source()
  other.merge(JSON.parse(JSON.stringify(s.row())) as Json)
  expect(other.see(body(',"hasOwnProperty":1'), '__proto__')).toEqual([
    'unknown __proto__.hasOwnProperty number',
  ])
  expect(({} as { a?: number }).a).toBeUndefined()
})

test('a codec that has many of itself inside is read in little time, and known as deep as others', () => {
  let read = 0
  const names = Array.from({ length: 12 }, (_, i) => `f${letters(i)}`)
  const Node: t.Mixed = t.recursion('Node', () => {
    const codec = t.partial(Object.fromEntries(names.map((name) => [name, Node])))
    return new Proxy(codec, { get: (of, key) => (read++, Reflect.get(of, key) as unknown) })
  })
  const expected = expectedBy(Node)
  expect(read).toBeLessThan(100)
  expect(expected.fields!.get('faaaa')!.fields!.get('fcaaa')!.fields!.has('fbaaa')).toBe(true)
})

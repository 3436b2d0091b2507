import type { Json } from '../message/json.js'
import { Field } from './field.js'
import { KINDS } from './kind.js'
import { Values } from './values.js'

/** A field as it is stored: counts, names and hashes, and no value of any message. */
interface StoredField {
  /** Present, missed. */
  readonly p: readonly [number, number]
  /** By kind. */
  readonly k: readonly number[]
  /** Odd kinds, odd, map. */
  readonly f?: readonly [number, number, number]
  readonly o?: number
  /** Seen, newest, then hash and count in turn; 0 for many. */
  readonly v?: readonly number[] | 0
  readonly c?: Readonly<Record<string, StoredField>>
  readonly i?: StoredField
}

export const storedField = (f: Field): Json => made(f) as unknown as Json

const made = (f: Field): StoredField => {
  const { values } = f
  const flags = f.oddKinds > 0 || f.odd || f.map
  return {
    p: [f.present, f.missed],
    k: f.kinds,
    ...(flags && { f: [f.oddKinds, f.odd ? 1 : 0, f.map ? 1 : 0] as const }),
    ...(f.objects > 0 && { o: f.objects }),
    ...(values === 'many' && { v: 0 as const }),
    ...(values !== 'many' &&
      values.seen > 0 && { v: [values.seen, values.newest, ...[...values.counts].flat()] }),
    ...(f.children.size > 0 && {
      c: Object.fromEntries([...f.children].map(([name, child]) => [name, made(child)])),
    }),
    ...(f.items !== undefined && { i: made(f.items) }),
  }
}

/** Reads a stored field. What cannot be read is as if nothing was known. */
export const readField = (stored: Json | undefined): Field => {
  const s = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<StoredField>
  const f = new Field()
  f.present = number(s.p?.[0])
  f.missed = number(s.p?.[1])
  KINDS.forEach((_, i) => (f.kinds[i] = number(s.k?.[i])))
  f.oddKinds = number(s.f?.[0])
  f.odd = s.f?.[1] === 1
  f.map = s.f?.[2] === 1
  f.objects = number(s.o)
  if (s.v === 0) f.values = 'many'
  else if (Array.isArray(s.v)) f.values = valuesOf(s.v)
  for (const [name, child] of Object.entries(s.c ?? {}))
    f.children.set(name, readField(child as unknown as Json))
  if (s.i !== undefined) f.items = readField(s.i as unknown as Json)
  return f
}

const valuesOf = ([seen, newest, ...counts]: readonly number[]): Values => {
  const pairs: [number, number][] = []
  for (let i = 0; i + 1 < counts.length; i += 2) pairs.push([number(counts[i]), number(counts[i + 1])])
  return new Values(pairs, number(seen), number(newest))
}

const number = (n: unknown): number => (typeof n === 'number' && Number.isFinite(n) && n >= 0 ? n : 0)

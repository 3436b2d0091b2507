import type { Json } from '../message/json.js'

/** One place at which two JSON values differ. */
export interface Change {
  /** `body.items[0].title`; empty for the whole. */
  readonly path: string
  /** Left out: there was nothing. */
  readonly before?: Json
  readonly after?: Json
}

type Fields = Readonly<Record<string, Json>>

/** Where two JSON values differ, as deep inside as can be said. Arrays are compared index by index. */
export const changes = (before: Json, after: Json): readonly Change[] => {
  const out: Change[] = []
  compare(before, after, '', out)
  return out
}

const compare = (a: Json, b: Json, path: string, out: Change[]): void => {
  if (a === b) return
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) one(a[i], b[i], `${path}[${i}]`, out)
    return
  }
  if (isFields(a) && isFields(b)) {
    const inside = (key: string): string => (path === '' ? shown(key) : `${path}${under(key)}`)
    for (const key of Object.keys(a)) one(a[key], own(b, key), inside(key), out)
    for (const key of Object.keys(b)) if (!Object.hasOwn(a, key)) one(undefined, b[key], inside(key), out)
    return
  }
  out.push({ path, before: a, after: b })
}

const one = (a: Json | undefined, b: Json | undefined, path: string, out: Change[]): void => {
  if (a !== undefined && b !== undefined) return compare(a, b, path, out)
  out.push({ path, ...(a !== undefined && { before: a }), ...(b !== undefined && { after: b }) })
}

const own = (of: Fields, key: string): Json | undefined => (Object.hasOwn(of, key) ? of[key] : undefined)

const isFields = (v: Json): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v)

const PLAIN = /^[A-Za-z_$][\w$-]*$/
const shown = (key: string): string => (PLAIN.test(key) ? key : `[${JSON.stringify(key)}]`)
const under = (key: string): string => (PLAIN.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)

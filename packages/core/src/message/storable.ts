import type { JsonText } from './json.js'

/** A body as JSON text, or where and what in it JSON cannot carry. */
export type Stringified = { readonly text: JsonText } | { readonly path: string; readonly type: string }

const DEEPEST = 500

/**
 * A body as JSON text. Refuses what JSON would drop or change: dates, maps, bigints, functions, numbers that are not
 * finite, streams, anything with a `toJSON` of its own, cycles. `undefined` as a whole becomes `null`; as a property it
 * is left out.
 */
export const stringify = (body: unknown): Stringified => {
  const bad = unstorable(body, '', 0)
  return bad ?? { text: JSON.stringify(body) ?? 'null' }
}

const unstorable = (v: unknown, path: string, depth: number): { path: string; type: string } | undefined => {
  switch (typeof v) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined
    case 'number':
      return Number.isFinite(v) ? undefined : { path, type: String(v) }
    case 'object':
      return v === null ? undefined : inside(v, path, depth)
    default:
      return { path, type: typeof v }
  }
}

const inside = (v: object, path: string, depth: number): { path: string; type: string } | undefined => {
  if (depth > DEEPEST) return { path: '', type: `nested more than ${DEEPEST} deep, or a cycle` }
  if (Array.isArray(v)) {
    for (let i = 0; i < v.length; i++) {
      const bad = unstorable(v[i], path === '' ? String(i) : `${path}.${i}`, depth + 1)
      if (bad !== undefined) return bad
    }
    return undefined
  }
  const proto = Object.getPrototypeOf(v) as object | null
  if (proto !== Object.prototype && proto !== null && isForeign(v))
    return { path, type: proto.constructor?.name ?? 'object' }
  for (const key in v) {
    const bad = unstorable(
      (v as Record<string, unknown>)[key],
      path === '' ? key : `${path}.${key}`,
      depth + 1,
    )
    if (bad !== undefined) return bad
  }
  return undefined
}

const isForeign = (v: object): boolean =>
  v instanceof Map ||
  v instanceof Set ||
  v instanceof Promise ||
  v instanceof ArrayBuffer ||
  ArrayBuffer.isView(v) ||
  typeof (v as { toJSON?: unknown }).toJSON === 'function' ||
  typeof (v as { pipe?: unknown }).pipe === 'function' ||
  typeof (v as { getReader?: unknown }).getReader === 'function'

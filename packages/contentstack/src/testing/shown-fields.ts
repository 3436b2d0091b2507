import type { Query } from './query.js'
import type { Fields } from './versions.js'

const ALWAYS = ['uid', 'locale', '_version']

/** The fields that a query asks for, by `only[BASE][]` and `except[BASE][]`. */
export const shownFields = (fields: Fields, query: Query): Fields => {
  const only = query.all('only', 'BASE')
  const except = new Set(query.all('except', 'BASE'))
  const wanted = new Set([...ALWAYS, ...only])
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => (only.length === 0 || wanted.has(name)) && !except.has(name)),
  )
}

/** Those that match a query of equalities: `{"url":"/a"}`. Undefined: it asks for more than that. */
export const matching = (items: readonly Fields[], query: Query): readonly Fields[] | undefined => {
  let asked: unknown
  try {
    asked = JSON.parse(query.one('query') ?? '{}')
  } catch {
    return undefined
  }
  if (typeof asked !== 'object' || asked === null) return undefined
  const wanted = Object.entries(asked)
  if (wanted.some(([name, value]) => name.startsWith('$') || typeof value === 'object')) return undefined
  return items.filter((item) => wanted.every(([name, value]) => item[name] === value))
}

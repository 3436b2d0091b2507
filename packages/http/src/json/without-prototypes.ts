/** The same value, in which no object has a key `__proto__` of its own. Changes the value that it is given. */
export const withoutPrototypes = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Object.hasOwn(value, '__proto__')) delete (value as Record<string, unknown>)['__proto__']
  for (const inner of Object.values(value)) withoutPrototypes(inner)
  return value
}

/** What a JSON merge patch (RFC 7396) makes of a value. */
export const mergePatched = (value: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
  const out = new Map(isObject(value) ? Object.entries(value) : [])
  for (const [name, change] of Object.entries(patch))
    if (change === null) out.delete(name)
    else out.set(name, mergePatched(out.get(name), change))
  return Object.fromEntries(out)
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

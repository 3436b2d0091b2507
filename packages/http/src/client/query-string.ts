type Value = string | number | boolean | undefined | null

/** Query parameters: undefined and null are left out, lists repeat their name. */
export type QueryValues = Readonly<Record<string, Value | readonly Value[]>>

/** The query string of some values, with its `?`; empty when there are none. */
export const queryString = (values: QueryValues): string => {
  const out = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    for (const one of Array.isArray(value) ? (value as readonly Value[]) : [value as Value])
      if (one !== undefined && one !== null) out.append(name, String(one))
  const text = out.toString()
  return text === '' ? '' : `?${text}`
}

/**
 * What a decoder expects at one place, as far as it is known. No member: nothing is known, or anything goes.
 */
export interface Expected {
  readonly fields?: ReadonlyMap<string, Expected>
  readonly items?: Expected
  /** Under keys that are data. */
  readonly entries?: Expected
  readonly texts?: ReadonlySet<string>
}

/** Of two decoders that both have a say. */
export const both = (a: Expected, b: Expected): Expected => {
  if (a === b) return a
  const fields = new Map(a.fields)
  for (const [name, e] of b.fields ?? []) {
    const known = fields.get(name)
    fields.set(name, known === undefined ? e : both(known, e))
  }
  const items = joined(a.items, b.items)
  const entries = joined(a.entries, b.entries)
  const texts = new Set([...(a.texts ?? []), ...(b.texts ?? [])])
  return {
    ...(fields.size > 0 && { fields }),
    ...(items !== undefined && { items }),
    ...(entries !== undefined && { entries }),
    ...(texts.size > 0 && { texts }),
  }
}

const joined = (a: Expected | undefined, b: Expected | undefined): Expected | undefined =>
  a === undefined || b === undefined ? (a ?? b) : both(a, b)

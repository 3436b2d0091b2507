/** What kind of JSON a value is. */
export const KINDS = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const

export type JsonKind = (typeof KINDS)[number]

/** Index into `KINDS`; what is no JSON counts as an object. */
export const kindOf = (value: unknown): number => {
  if (value === null) return 0
  switch (typeof value) {
    case 'boolean':
      return 1
    case 'number':
      return 2
    case 'string':
      return 3
    default:
      return Array.isArray(value) ? 4 : 5
  }
}

export const STRING = 3
export const ARRAY = 4
export const OBJECT = 5

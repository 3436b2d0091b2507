/** Where a page begins. JSON, so that it can be stored; what is in it is the remote's affair. */
export type Position =
  /** Path and query below the base URL, with their slash. */
  | { readonly link: string }
  | { readonly cursor: string | number }
  | { readonly offset: number }
  | { readonly page: number }

/** A stored position, or `undefined` when it is none. */
export const positionIn = (value: unknown): Position | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { link, cursor, offset, page } = value as Readonly<Record<string, unknown>>
  if (typeof link === 'string' && link.startsWith('/')) return { link }
  if (typeof cursor === 'string' || Number.isFinite(cursor)) return { cursor: cursor as string | number }
  if (isCount(offset)) return { offset }
  return isCount(page) ? { page } : undefined
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

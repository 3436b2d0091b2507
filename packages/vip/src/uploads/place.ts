/** Where an upload is: a path and a query below the base URL. */
export interface Place {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

/**
 * The place that a `Location` header names, absolute or relative to the URL of creation. `undefined`: it is not below the
 * base URL, where alone the credentials may go.
 */
export const placeOf = (location: string, baseUrl: string, uploads: string): Place | undefined => {
  const base = new URL(`${baseUrl.replace(/\/+$/, '')}/`)
  let url: URL
  try {
    url = new URL(location, new URL(uploads.replace(/^\/+/, ''), base))
  } catch {
    return undefined
  }
  const below = url.origin === base.origin && url.pathname.startsWith(base.pathname)
  if (!below || url.username !== '' || url.password !== '' || url.pathname.length === base.pathname.length)
    return undefined
  return {
    path: url.pathname.slice(base.pathname.length - 1),
    query: Object.fromEntries(url.searchParams),
  }
}

/** The upload's id: the last segment of its path. */
export const uploadIdOf = ({ path }: Place): string =>
  decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))

/** Headers as `fetch` has them, or by name in any case. */
export type SeenHeaders = Headers | Readonly<Record<string, string | number | undefined>>

/** A request as it was seen. */
export interface SeenRequest {
  readonly method: string
  /** Below the base path, with the query: `/assets/ast_0001?limit=5`. */
  readonly path: string
  readonly headers: SeenHeaders
  /** The parsed JSON. Left out where there is no body, and where bytes are streamed: those are not looked at. */
  readonly body?: unknown
}

/** An answer as it was seen. */
export interface SeenResponse {
  readonly status: number
  readonly headers: SeenHeaders
  /** The parsed JSON, if the answer had a body. */
  readonly body?: unknown
}

/** A header by name, in any case. */
export const seenHeader = (headers: SeenHeaders, name: string): string | undefined => {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const wanted = name.toLowerCase()
  const found = Object.keys(headers).find((key) => key.toLowerCase() === wanted)
  const value = found === undefined ? undefined : headers[found]
  return value === undefined ? undefined : String(value)
}

/** The media type without its parameters, in lower case; `undefined` without a `Content-Type`. */
export const mediaType = (headers: SeenHeaders): string | undefined =>
  seenHeader(headers, 'content-type')?.split(';')[0]!.trim().toLowerCase()

/** The range of a partial answer. */
export interface ContentRange {
  readonly start: number
  /** The last byte, included. */
  readonly end: number
  /** Bytes of the whole; undefined where it is said to be unknown. */
  readonly size: number | undefined
}

/** Reads a `Content-Range` in bytes (RFC 9110, 14.4). Undefined when it is none. */
export const contentRange = (header: string | undefined): ContentRange | undefined => {
  const [, start, end, size] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(header ?? '') ?? []
  if (start === undefined || end === undefined) return undefined
  return { start: Number(start), end: Number(end), size: size === '*' ? undefined : Number(size) }
}

/** `Content-Range` of bytes (RFC 9110, 14.4). */
export interface ContentRange {
  /** The first and the last byte; none for a range that could not be satisfied. */
  readonly first?: number
  readonly last?: number
  /** Bytes of the whole, where they are known. */
  readonly total?: number
}

/** What the header says; `undefined` where it is missing or malformed. */
export const contentRange = (header: string | undefined): ContentRange | undefined => {
  const [, range, first, last, total] =
    /^bytes ((\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/i.exec(header?.trim() ?? '') ?? []
  if (range === undefined || total === undefined) return undefined
  const whole = total === '*' ? {} : { total: Number(total) }
  if (first === undefined || last === undefined) return whole
  const found = { first: Number(first), last: Number(last), ...whole }
  return found.last < found.first || found.last >= (found.total ?? Infinity) ? undefined : found
}

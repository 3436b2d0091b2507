/** What a file must be. A `FileRef` fits. */
export interface Expect {
  /** Bytes of the body. */
  readonly size?: number
  /** SHA-256 of the body, in hex. */
  readonly sha256?: string
}

/** @throws TypeError naming what makes no sense. */
export const checkedExpect = (given: Expect, at: string): Expect => {
  const { size, sha256 } = given
  if (size !== undefined && (!Number.isSafeInteger(size) || size < 0))
    throw new TypeError(`${at} expect.size: expected a number of bytes, 0 or more, got ${String(size)}`)
  if (sha256 !== undefined && (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)))
    throw new TypeError(`${at} expect.sha256: expected a SHA-256 in hex, 64 digits`)
  return given
}

import { createHash } from 'node:crypto'
import { parseItem } from 'structured-headers'

const BARE = /^[\x21\x23-\x2b\x2d-\x7e]{1,255}$/
const LONGEST = 255

/** The key in an `Idempotency-Key` header; `undefined` when it is malformed. */
export const keyIn = (header: string, form: 'quoted' | 'bare' | 'either'): string | undefined => {
  if (form === 'bare' || (form === 'either' && !header.trim().startsWith('"')))
    return BARE.test(header.trim()) ? header.trim() : undefined
  // Longer than any key with every character escaped.
  if (header.length > 2 * LONGEST + 64) return undefined
  try {
    const [key] = parseItem(header)
    return typeof key === 'string' && key !== '' && key.length <= LONGEST ? key : undefined
  } catch {
    return undefined
  }
}

/** A hash of some texts, each told apart from the next. */
export const hashOf = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part
    hash.update(`${bytes.length}:`).update(bytes)
  }
  return hash.digest('base64url')
}

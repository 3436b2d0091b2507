import { entries } from '../entries/entry.ts'

/** A content entry whose JSON has so many bytes. */
export const paddedEntry = (bytes: number): object => {
  const entry = { ...(entries(1, 7)[0] as object), text: '' }
  const missing = bytes - Buffer.byteLength(JSON.stringify(entry))
  if (missing < 0) throw new RangeError(`an entry has more than ${bytes} bytes`)
  return { ...entry, text: 'x'.repeat(missing) }
}

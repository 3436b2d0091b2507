import { createHash } from 'node:crypto'

/** Gives uids of a prefix and 16 hex digits, the same in each run. */
export interface Uids {
  next(prefix?: string): string
}

/** Uids of one stack. */
export const uidsOf = (apiKey: string): Uids => {
  let count = 0
  return {
    next: (prefix = 'blt') => prefix + digest(`${apiKey}/${(count += 1)}`).slice(0, 16),
  }
}

/** Hex, the same for the same text. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

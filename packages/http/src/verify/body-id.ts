import { createHash, type Hash } from 'node:crypto'

/** An id for a body that comes with none: its SHA-256. What a signature over the body covers cannot be given another. */
export const bodyId = (raw: Uint8Array): string => bodyIdOf(createHash('sha256').update(raw))

/** The same, of a body that has gone by. */
export const bodyIdOf = (hash: Hash): string => `sha256:${hash.digest('base64url')}`

import { createHash } from 'node:crypto'

/** An id for a body that comes with none: its SHA-256. What a signature over the body covers cannot be given another. */
export const bodyId = (raw: Uint8Array): string =>
  `sha256:${createHash('sha256').update(raw).digest('base64url')}`

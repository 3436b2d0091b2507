import type { Readable } from 'node:stream'

/** Whether a body is a stream, not bytes. */
export const isStream = (body: Buffer | Readable | undefined): body is Readable =>
  body !== undefined && 'pipe' in body

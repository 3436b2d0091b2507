import { createHash } from 'node:crypto'

const LEGAL = /^[\x21-\x2b\x2d\x2f-\x7e]{1,256}$/

/** A key as a `webhook-id`, which has no dot, comma or space: the key itself where it fits, else its SHA-256. */
export const webhookId = (key: string): string =>
  LEGAL.test(key) ? key : `msg_${createHash('sha256').update(key).digest('base64url')}`

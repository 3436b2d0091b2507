import type { Reply } from '../ingress/reply.js'

/** A value as JSON. */
export const jsonReply = (
  value: unknown,
  status: number = 200,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

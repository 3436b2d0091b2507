import { createHash } from 'node:crypto'
import type { Verified } from '@xconnector/http'

/** What a verifier reads of an event's body. */
export interface EventHead {
  /** `triggered_at`: epoch milliseconds. Undefined where it is missing or no time. */
  readonly triggeredAt: number | undefined
  /** `api_key`: of the stack that sent it. */
  readonly apiKey: string | undefined
}

/** What a verifier of this package found: the body's head too, where it had to be read. */
export type VerifiedEvent = Verified & { readonly head?: EventHead }

/** The head of an event, or `undefined` when the body is no JSON object. */
export const eventHead = (raw: Uint8Array): EventHead | undefined => {
  let body: unknown
  try {
    body = JSON.parse(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const { triggered_at: at, api_key: apiKey } = body as Readonly<Record<string, unknown>>
  const triggeredAt = typeof at === 'string' ? Date.parse(at) : Number.NaN
  return {
    triggeredAt: Number.isNaN(triggeredAt) ? undefined : triggeredAt,
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
  }
}

/** The id of a delivery: none comes with it, so it is the sha256 of the body. A repeat has the same bytes. */
export const idOf = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex')

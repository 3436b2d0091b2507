/** Tokens as they are kept: JSON, and secret. */
export interface Tokens {
  readonly access: string
  /** When they were asked for: epoch milliseconds. */
  readonly askedAt: number
  /** When `access` expires: epoch milliseconds of this side's clock. Left out: nobody said, it is used until it is refused. */
  readonly expiresAt?: number
  readonly refresh?: string
  /** The scope that was granted, where the server said so. */
  readonly scope?: string
  /** Which refresh token from the configuration all this began with: its SHA-256. Another one there starts anew. */
  readonly seed?: string
}

const LEAST_MARGIN_MS = 30_000
const SHARE = 0.1
const LEEWAY_MS = 5_000

/**
 * When an access token is renewed ahead of time: 30 s or a tenth of its life before it expires, whichever is more, and up
 * to a quarter of that earlier by chance (from 0 up to 1), so that processes do not all ask at once; but never in the first
 * half of its life.
 */
export const renewAt = ({ askedAt, expiresAt }: Tokens, chance: number): number => {
  if (expiresAt === undefined) return Infinity
  const life = expiresAt - askedAt
  const margin = Math.max(LEAST_MARGIN_MS, life * SHARE) * (1 + chance / 4)
  return expiresAt - Math.min(margin, life / 2)
}

/** Until when an access token may be sent: what is on its way when it expires is refused. */
export const usableUntil = ({ askedAt, expiresAt }: Tokens): number =>
  expiresAt === undefined ? Infinity : expiresAt - Math.min(LEEWAY_MS, (expiresAt - askedAt) / 4)

import { createHash, type Hash } from 'node:crypto'

const HEX = /^[0-9a-f]{64}$/i

/** Looks at bytes as they go by, and says at their end whether they were the right ones. */
export interface Proof {
  update(piece: Uint8Array): void
  /** Whether all bytes together were the right ones. Asked once. */
  holds(): boolean
}

/**
 * A proof by SHA-256, given in hex.
 *
 * @throws TypeError that begins with `at`, for what is no SHA-256 in hex.
 */
export const sha256Proof = (expected: string, at: string): Proof => {
  if (typeof expected !== 'string' || !HEX.test(expected))
    throw new TypeError(`${at}: expected a SHA-256 in hex, 64 digits`)
  return hashProof('sha256', Buffer.from(expected, 'hex'))
}

/** A proof by any hash that the platform knows. */
export const hashProof = (algorithm: string, expected: Buffer): Proof => {
  const hash: Hash = createHash(algorithm)
  return {
    update: (piece) => void hash.update(piece),
    holds: () => hash.digest().equals(expected),
  }
}

/** Several proofs as one; none for none. */
export const allProofs = (proofs: readonly Proof[]): Proof | undefined =>
  proofs.length < 2
    ? proofs[0]
    : {
        update: (piece) => proofs.forEach((proof) => proof.update(piece)),
        holds: () => proofs.map((proof) => proof.holds()).every(Boolean),
      }

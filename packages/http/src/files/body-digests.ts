import { parseDictionary } from 'structured-headers'
import { hashProof, sha256Proof, type Proof } from '../body/proof.js'
import type { FormatFlaw, FormatHead, StreamRules } from '../ingress/format.js'

// RFC 9530: the algorithms that are not deprecated.
const ALGORITHMS = [
  ['sha-512', 'sha512', 64],
  ['sha-256', 'sha256', 32],
] as const

/**
 * The proofs that come with a body: `Content-Digest` and `Repr-Digest` (RFC 9530), which are of the same bytes in a request that
 * is neither encoded nor partial, and a header of the sender's own. All of those that are known must hold.
 */
export const bodyDigests = (
  head: FormatHead,
  rules: Pick<StreamRules, 'digest' | 'digestHeader'>,
): readonly Proof[] | FormatFlaw => {
  const proofs: Proof[] = []
  for (const name of ['content-digest', 'repr-digest']) {
    // A field of this kind may come in several lines (RFC 9651, 3.2).
    const lines = head.headers(name)
    if (lines.length === 0) continue
    const found = ofField(lines.join(', '))
    if (found === undefined) return flaw(`${name}: expected digests as of RFC 9530`)
    proofs.push(...found)
  }
  if (rules.digestHeader !== undefined) {
    const hex = head.header(rules.digestHeader)
    if (hex !== undefined && !/^[0-9a-f]{64}$/i.test(hex))
      return flaw(`${rules.digestHeader}: expected a SHA-256 in hex, 64 digits`)
    if (hex !== undefined) proofs.push(sha256Proof(hex, rules.digestHeader))
  }
  if (proofs.length > 0 || rules.digest === 'when-sent') return proofs
  return flaw('expected a checksum: content-digest with sha-256 or sha-512')
}

const ofField = (field: string): readonly Proof[] | undefined => {
  try {
    const found = parseDictionary(field)
    const proofs: Proof[] = []
    for (const [name, algorithm, length] of ALGORITHMS) {
      if (!found.has(name)) continue
      const value: unknown = found.get(name)?.[0]
      if (!(value instanceof ArrayBuffer) || value.byteLength !== length) return undefined
      proofs.push(hashProof(algorithm, Buffer.from(value)))
    }
    return proofs
  } catch {
    return undefined
  }
}

const flaw = (detail: string): FormatFlaw => ({ status: 400, detail })

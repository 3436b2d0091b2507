import { parseDictionary } from 'structured-headers'
import { headerOf, type AnswerHeaders } from '../outcome/exchange.js'
import { hashProof, type Proof } from './proof.js'

// RFC 9530: the algorithms that are not deprecated; the strongest first.
const ALGORITHMS = [
  ['sha-512', 'sha512', 64],
  ['sha-256', 'sha256', 32],
] as const

/**
 * The proof that an answer brings along: `Content-Digest` (RFC 9530), and where the answer is the whole of it (200)
 * `Repr-Digest` and the older `Digest` (RFC 3230). The first of these with an algorithm that is known counts, by its
 * strongest; what is malformed says nothing.
 */
export const answerDigest = (status: number, headers: AnswerHeaders): Proof | undefined =>
  byField(headerOf(headers, 'content-digest')) ??
  (status === 200
    ? (byField(headerOf(headers, 'repr-digest')) ?? byOldField(headerOf(headers, 'digest')))
    : undefined)

const byField = (field: string | undefined): Proof | undefined => {
  if (field === undefined) return undefined
  try {
    const found = parseDictionary(field)
    for (const [name, algorithm, length] of ALGORITHMS) {
      const value: unknown = found.get(name)?.[0]
      if (value instanceof ArrayBuffer && value.byteLength === length)
        return hashProof(algorithm, Buffer.from(value))
    }
  } catch {
    // What cannot be read proves nothing.
  }
  return undefined
}

const byOldField = (field: string | undefined): Proof | undefined => {
  if (field === undefined) return undefined
  for (const [name, algorithm, length] of ALGORITHMS)
    for (const item of field.split(',')) {
      const [, found, value] = /^\s*([a-z0-9-]+)=([A-Za-z0-9+/]+={0,2})\s*$/i.exec(item) ?? []
      const bytes = Buffer.from(value ?? '', 'base64')
      if (found?.toLowerCase() === name && bytes.length === length) return hashProof(algorithm, bytes)
    }
  return undefined
}

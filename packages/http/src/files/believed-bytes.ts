import type { Proof } from '../body/proof.js'
import { TOO_SLOW, tooLarge } from '../ingress/body-limits.js'
import { problem } from '../ingress/problem.js'
import type { Reply } from '../ingress/reply.js'
import type { BodyCheck, Doubt, Verified } from '../verify/verifier.js'
import type { SteadyBody } from './steady-body.js'

/** What is looked at while bytes go by. */
export interface BytesChecks {
  readonly maxBytes: number
  /** What the verifier found in the head, or what it looks at the body with. */
  readonly begun: (Verified & { ok: true }) | BodyCheck
  readonly proofs: readonly Proof[]
  /** An answer instead of more bytes. */
  ended(): Reply | undefined
}

/** Why bytes ended before their end. */
export type Broken =
  | { readonly as: 'reply'; readonly reply: Reply }
  | { readonly as: 'doubted'; readonly reason: Doubt }
  | { readonly as: 'gone' }

const WRONG_DIGEST: Reply = problem(400, { detail: 'the body does not match its checksum' })

/**
 * The bytes of a body, whose end is only told when all of them are believed: whoever has come to the end has what the sender
 * signed, and whoever is thrown at has nothing.
 */
export class BelievedBytes implements AsyncIterable<Buffer> {
  readonly #body: SteadyBody
  readonly #checks: BytesChecks
  #size = 0
  #verified: (Verified & { ok: true }) | undefined
  #broken: Broken | undefined

  constructor(body: SteadyBody, checks: BytesChecks) {
    this.#body = body
    this.#checks = checks
  }

  /** What the verifier found, after the last byte. */
  get verified(): (Verified & { ok: true }) | undefined {
    return this.#verified
  }

  get broken(): Broken | undefined {
    return this.#broken
  }

  /** Reads what nobody has taken, to the end. Throws where the bytes break. */
  async drain(): Promise<void> {
    while ((await this.#next()) !== undefined);
  }

  // Leaving the iteration early does not end it: what is left is drained.
  [Symbol.asyncIterator](): AsyncIterator<Buffer, undefined> {
    return {
      next: async () => {
        const value = await this.#next()
        return value === undefined ? { done: true, value } : { done: false, value }
      },
    }
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#verified !== undefined) return undefined
    if (this.#broken !== undefined) throw new Error('the bytes ended before their end')
    const { maxBytes, begun, proofs, ended } = this.#checks
    const early = ended()
    if (early !== undefined) return this.#break({ as: 'reply', reply: early })
    const got = await this.#body.next()
    if (got === 'end') return this.#end()
    if (got === 'gone') {
      const reply = ended()
      return this.#break(reply === undefined ? { as: 'gone' } : { as: 'reply', reply })
    }
    if (got === 'slow') return this.#break({ as: 'reply', reply: TOO_SLOW })
    this.#size += got.length
    if (this.#size > maxBytes) return this.#break({ as: 'reply', reply: tooLarge(maxBytes) })
    for (const proof of proofs) proof.update(got)
    if ('update' in begun) begun.update(got)
    return got
  }

  async #end(): Promise<undefined> {
    const { begun, proofs } = this.#checks
    const found = 'update' in begun ? await begun.end() : begun
    if (!found.ok) return this.#break({ as: 'doubted', reason: found.reason })
    // After the signature, so that only its sender learns of it.
    if (!proofs.map((proof) => proof.holds()).every(Boolean))
      return this.#break({ as: 'reply', reply: WRONG_DIGEST })
    this.#verified = found
    return undefined
  }

  #break(broken: Broken): never {
    this.#broken = broken
    throw new Error('the bytes ended before their end')
  }
}

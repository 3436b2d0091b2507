import type { May } from '@xconnector/core'
import type { Exchange } from '../outcome/exchange.js'
import { decoded, type BodyLimits } from './decoded.js'

/** An answer that is read as a whole, piece by piece, within its limits. */
export class WholeAnswer {
  readonly #status: number
  readonly #headers: Record<string, unknown>
  readonly #limits: BodyLimits
  readonly #pieces: Buffer[] = []
  #length = 0

  /** `headers` are this answer's from now on. */
  constructor(method: string, status: number, headers: Record<string, unknown>, limits: BodyLimits) {
    this.#status = status
    this.#headers = headers
    this.#limits = limits
    // There is no body to undo it on (RFC 9110, 9.3.2 and 15.3.5).
    if (method === 'HEAD' || status === 204) delete this.#headers['content-encoding']
  }

  /** `false`: it has become too large, and nothing more need come. */
  take(piece: Buffer): boolean {
    this.#pieces.push(piece)
    this.#length += piece.length
    return this.#length <= this.#limits.maxResponseBytes
  }

  /** It has come to its end. */
  end(): May<Exchange> {
    const body = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#length)
    const encoding = this.#headers['content-encoding']
    return typeof encoding !== 'string' || encoding.toLowerCase() === 'identity'
      ? this.#whole(body)
      : this.#decoded(encoding, body)
  }

  /** It broke off. */
  cut(code: string): Exchange {
    return { as: 'cut', status: this.#status, headers: this.#headers, code }
  }

  /** It has become too large. */
  tooLarge(): Exchange {
    return this.#unreadable('too-large')
  }

  async #decoded(encoding: string, body: Buffer): Promise<Exchange> {
    const plain = await decoded(encoding, body, this.#limits)
    if (plain === undefined) return this.#whole(body)
    if (plain === 'cut') return this.cut('Z_BUF_ERROR')
    if (typeof plain === 'string') return this.#unreadable(plain)
    delete this.#headers['content-encoding']
    return this.#whole(plain)
  }

  #whole(body: Buffer): Exchange {
    return { as: 'answered', status: this.#status, headers: this.#headers, body }
  }

  #unreadable(flaw: 'too-large' | 'encoding'): Exchange {
    return { as: 'unreadable', status: this.#status, headers: this.#headers, flaw }
  }
}

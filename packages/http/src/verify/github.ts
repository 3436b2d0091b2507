import { isUtf8 } from 'node:buffer'
import { hmacSignature } from './hmac-signature.js'
import type { SecretOptions } from './secrets.js'
import type { SignedRequest, Verified, Verifier } from './verifier.js'

/** How to verify GitHub's webhooks. Either `secret` or `secrets` is needed. */
export interface GithubOptions extends SecretOptions {
  /**
   * What a repeat is known by. `'delivery'` (default): the id in `X-GitHub-Delivery`, which a redelivery keeps, but which
   * GitHub does not sign. `'body'`: the body's bytes, which are signed: what was captured cannot be given a new id, and
   * two events of equal bytes are one.
   */
  readonly id?: 'delivery' | 'body'
  /** What becomes of the `ping` that GitHub sends when a webhook is made: 204 and no message (default), or a message. */
  readonly pings?: 'answer' | 'accept'
}

/**
 * Verifies GitHub's webhooks: `X-Hub-Signature-256`, HMAC-SHA256 over the body; the older SHA-1 header is not looked at.
 *
 * GitHub signs no time: a captured request stays genuine, and only the dedupe window of the flow stands against its being
 * sent again. Set the window to how long that matters, `id: 'body'`, and prefer targets that a repeat does not harm. The
 * event's name is in `X-GitHub-Event`: `type: { header: 'x-github-event' }` on the webhook.
 *
 * @throws TypeError when there is no secret, or an empty one.
 */
export const github = (options: GithubOptions): Verifier => {
  const { id = 'delivery', pings = 'answer' } = options
  if (id !== 'delivery' && id !== 'body')
    throw new TypeError(`github id: expected 'delivery' or 'body', got ${JSON.stringify(id)}`)
  if (pings !== 'answer' && pings !== 'accept')
    throw new TypeError(`github pings: expected 'answer' or 'accept', got ${JSON.stringify(pings)}`)
  const inner = hmacSignature({
    name: 'github',
    header: 'x-hub-signature-256',
    prefix: 'sha256=',
    id: id === 'body' ? 'body' : { header: 'x-github-delivery' },
    ...(options.secret !== undefined && { secret: options.secret }),
    ...(options.secrets !== undefined && { secrets: options.secrets }),
  })
  if (pings === 'accept') return inner
  const around = (verifier: Verifier): Verifier => ({
    ...verifier,
    verify(request) {
      const found = verifier.verify(request) as Verified
      return found.ok && isPing(request) ? { ...found, ping: true } : found
    },
    ...(verifier.start && { start: (config) => around(verifier.start!(config)) }),
  })
  return around(inner)
}

// By the body too: the header is not signed, and must not make an event of another kind go unheard.
const isPing = (request: SignedRequest): boolean => {
  if (request.header('x-github-event') !== 'ping' || !isUtf8(request.raw)) return false
  try {
    const body = JSON.parse(Buffer.from(request.raw).toString('utf8')) as unknown
    return typeof body === 'object' && body !== null && Object.hasOwn(body, 'zen')
  } catch {
    return false
  }
}

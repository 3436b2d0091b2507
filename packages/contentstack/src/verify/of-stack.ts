import {
  isKnownSecret,
  revealSecret,
  settingsIn,
  type SecretText,
  type SignedRequest,
  type Verified,
  type Verifier,
} from '@xconnector/http'
import { eventHead, idOf, type VerifiedEvent } from './event-head.js'

/**
 * A verifier that believes only events of one stack: those whose body, verified by another verifier, carries its
 * `api_key`. Others are forbidden (403). Gives the body's sha256 as the id and `triggered_at` as the time where the other
 * gives none.
 */
export const ofStack = (signature: Verifier, apiKey: SecretText): Verifier => {
  const started = (config: Readonly<Record<string, string>>): Verifier => {
    const inner = signature.start?.(config) ?? signature
    const key = revealSecret(apiKey, config, 'contentstack apiKey')
    return {
      name: inner.name,
      verify(request) {
        const found = inner.verify(request)
        return found instanceof Promise ? found.then((v) => sent(v, key, request)) : sent(found, key, request)
      },
    }
  }
  let own: Verifier | undefined
  return {
    name: signature.name,
    settings: [...(signature.settings ?? []), ...(isKnownSecret(apiKey) ? [] : settingsIn([apiKey]))],
    start: started,
    verify: (request) => (own ??= started({})).verify(request),
  }
}

const sent = (verified: VerifiedEvent, key: string, { raw }: SignedRequest): Verified => {
  if (!verified.ok) return verified
  const head = verified.head ?? eventHead(raw)
  if (head === undefined) return { ok: false, reason: 'malformed' }
  if (head.apiKey !== key) return { ok: false, reason: 'forbidden' }
  const time = verified.time ?? head.triggeredAt
  return { ok: true, id: verified.id ?? idOf(raw), ...(time !== undefined && { time }) }
}

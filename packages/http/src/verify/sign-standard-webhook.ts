import type { Secret } from '@xconnector/core'
import { placeOf, reveal } from '../config/secret-text.js'
import { webhookSigner } from './webhook-signing-key.js'

/** What to sign. */
export interface StandardWebhook {
  /**
   * `whsec_…` signs by `v1`, the private key `whsk_…` by `v1a`; several sign one after the other, as while a secret is
   * rotated.
   */
  readonly secret: string | Secret | readonly (string | Secret)[]
  /** The same each time this event is sent. Without dots, commas and spaces. */
  readonly id: string
  /** Epoch seconds, as on the wire. */
  readonly timestamp: number
  /** The body, byte for byte as it is sent. */
  readonly body: string | Uint8Array
}

/** The three headers of a signed Standard Webhook. */
export type StandardWebhookHeaders = Readonly<
  Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
>

const OPTION = 'signStandardWebhook secret'

/** Signs a webhook by Standard Webhooks: the counterpart of `standardWebhooks`, for senders and tests. */
export const signStandardWebhook = (webhook: StandardWebhook): StandardWebhookHeaders => {
  const { id, timestamp, body } = webhook
  const secrets: readonly (string | Secret)[] =
    typeof webhook.secret === 'string' || 'reveal' in webhook.secret ? [webhook.secret] : webhook.secret
  const signatures = secrets.map((s) =>
    webhookSigner(reveal(s, {}, OPTION), OPTION + placeOf(s))(`${id}.${timestamp}.`, body),
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}

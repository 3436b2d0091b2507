import type { Auth } from '../auth/auth.js'
import { reveal } from '../config/secret-text.js'
import { webhookSigner } from '../verify/webhook-signing-key.js'
import { signing, type WebhookEndpoint } from './endpoint.js'

const OPTION = 'endpoint secret'
const ID = 'webhook-id'
const TIMESTAMP = 'webhook-timestamp'
const SIGNATURE = 'webhook-signature'

/**
 * Signs by Standard Webhooks, anew each time a request is put on the wire: the id stays, the time does not. All secrets of
 * the endpoint that have not run out sign.
 */
export const webhookAuth = (endpoint: () => WebhookEndpoint): Auth => ({
  headers: [ID, TIMESTAMP, SIGNATURE],
  credentials: (_config, { clock }) => ({
    headers: {},
    // They are not sent, but the receiver has them too, and could send them back.
    secrets: signing(endpoint(), clock.now()).map(({ secret }) => reveal(secret, {}, OPTION)),
  }),
  sign({ headers, body }, _config, { clock }) {
    if (body === 'stream') throw new TypeError('a webhook is signed as a whole, and cannot be a stream')
    const now = clock.now()
    const seconds = String(Math.floor(now / 1000))
    const secrets = signing(endpoint(), now)
    if (secrets.length === 0) throw new TypeError(`${OPTION}: all have run out`)
    const signatures = secrets.map(({ secret }) =>
      webhookSigner(reveal(secret, {}, OPTION), OPTION)(`${headers[ID]!}.${seconds}.`, body ?? ''),
    )
    return { headers: { [TIMESTAMP]: seconds, [SIGNATURE]: signatures.join(' ') }, secrets: [] }
  },
})

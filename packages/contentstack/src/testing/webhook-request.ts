import type { Payload } from '../webhook/stack-webhook.js'
import type { FakeEvent } from './fake-event.js'
import type { FakeSettings } from './options.js'
import type { FakeSigner, Signing } from './signing.js'

/** How an event becomes a request. */
export interface RequestOptions {
  /** Where it goes. */
  readonly url: string
  /** Default `'platform'`. */
  readonly signing?: Signing
  /** Default `'full'`. */
  readonly payload?: Payload
}

/** Makes signed requests of events. */
export const webhookRequests =
  (settings: FakeSettings, signer: FakeSigner): ((event: FakeEvent, options: RequestOptions) => Request) =>
  (event, { url, signing = 'platform', payload = 'full' }) => {
    const body = JSON.stringify(event.bodies[payload])
    return new Request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Contentstack',
        ...signer.headers(signing, body, settings.clock.now()),
      },
      body,
    })
  }

import { signStandardWebhook } from '@xconnector/http'
import type { VipEvent } from './event.js'

/** Where and how an event is sent. */
export interface SignOptions {
  readonly url: string
  readonly secret: string
  /** Epoch milliseconds of the attempt. */
  readonly at: number
}

/** An event as the request that tells it: signed by Standard Webhooks, its id the event's. */
export const signedRequest = (event: VipEvent, { url, secret, at }: SignOptions): Request => {
  const body = JSON.stringify(event)
  const signed = signStandardWebhook({ secret, id: event.id, timestamp: Math.floor(at / 1000), body })
  return new Request(url, {
    method: 'POST',
    headers: { ...signed, 'content-type': 'application/cloudevents+json' },
    body,
  })
}

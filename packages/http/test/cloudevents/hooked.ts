import type { AnyDecoder } from '@xconnector/core'
import {
  ingress,
  standardWebhooks,
  type CloudEventsOptions,
  cloudEvents,
  unsigned,
  type WebhookOptions,
} from '../../src/index.js'
import { anyJson } from '../support/any-json.js'
import { fakeIntake, type FakeIntake } from '../support/fake-intake.js'
import { manualClock } from '../support/manual-clock.js'
import { NOW, SECRET } from '../support/signed.js'

export interface Hooked {
  readonly intake: FakeIntake
  send(
    body: string | Buffer,
    headers?: Readonly<Record<string, string>>,
    method?: string,
  ): Promise<{ readonly status: number; readonly json: unknown; readonly headers: Headers }>
}

/** A webhook of CloudEvents that a fake intake has started. */
export const hooked = async (
  options: CloudEventsOptions = {},
  webhook: Partial<WebhookOptions<AnyDecoder>> & { readonly signed?: boolean } = {},
): Promise<Hooked> => {
  const { signed, ...rest } = webhook
  const clock = manualClock(NOW)
  const hooks = ingress({ clock })
  const intake = fakeIntake({ clock })
  const source = hooks.webhook({
    path: '/events',
    body: anyJson,
    format: cloudEvents(options),
    verify: signed === true ? standardWebhooks({ secret: SECRET }) : unsigned({ because: 'a test' }),
    ...rest,
  })
  await source.start(intake)
  return {
    intake,
    async send(body, headers = {}, method = 'POST') {
      const response = await hooks.fetch(
        new Request('https://here.example/events', {
          method,
          headers,
          ...(method === 'POST' && { body: body as string }),
        }),
      )
      const text = await response.text()
      const json: unknown = text === '' ? undefined : JSON.parse(text)
      return { status: response.status, json, headers: response.headers }
    },
  }
}

export const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
export const BATCH = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' }

/** An event of the JSON format. */
export const event = (own: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/shop',
  type: 'order.placed',
  ...own,
})

import { expect, expectTypeOf, test } from 'vitest'
import { deadLetter, discard, flow, retry } from '@xconnector/core'
import { cloudEvent, json, memoryEndpoints, webhookSender } from '../../src/index.js'

interface Notice {
  readonly to: string
  readonly text: string
}

const sender = webhookSender({ name: 'p', endpoints: memoryEndpoints() })

test('every failure of a webhook has to be routed', () => {
  const notify = sender.target({ name: 'n', endpoint: (n: Notice) => n.to, body: (n) => ({ text: n.text }) })
  const all = {
    BadResponse: deadLetter(),
    Conflict: deadLetter(),
    ConnectFailed: retry(),
    ConnectionLost: retry(),
    EndpointDisabled: discard('disabled'),
    EndpointsUnavailable: retry(),
    Forbidden: deadLetter(),
    NotFound: deadLetter(),
    PreconditionFailed: deadLetter(),
    RateLimited: retry(),
    Rejected: deadLetter(),
    StepFailed: deadLetter(),
    TimedOut: retry(),
    Unauthorized: deadLetter(),
    Unavailable: retry(),
  }
  const closed = flow('f').input<Notice>().to(notify).onError(all)
  const { EndpointDisabled: _disabled, ...without } = all
  // @ts-expect-error EndpointDisabled has no route
  expect(() => flow('g').input<Notice>().to(notify).onError(without)).toBeTypeOf('function')
  expect(closed.name).toBe('f')
})

test('an input names its endpoint by a text', () => {
  // @ts-expect-error an endpoint is named by its id
  const wrong = sender.target({ name: 'n', endpoint: (n: Notice) => n, body: json<Notice>() })
  const event = sender.target<Notice>({
    name: 'n',
    endpoint: (n) => n.to,
    ...cloudEvent<Notice>({ source: '/s', type: 't' }),
  })
  expectTypeOf(event.call).parameter(0).toEqualTypeOf<Notice>()
  expect(wrong.name).toBe(event.name)
})

import { silentLogger, type Result, type StepFailed } from '@xconnector/core'
import {
  memoryEndpoints,
  newWebhookSecret,
  webhookSender,
  type MemoryEndpoints,
  type TimedOut,
  type WebhookFailure,
  type WebhookEndpoint,
  type WebhookSender,
  type WebhookSenderOptions,
} from '../../src/index.js'
import { httpServer } from '../support/loopback.js'
import { manualClock, type ManualClock } from '../support/manual-clock.js'
import { NOW } from '../support/signed.js'

export interface Got {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** What a receiver answers: a status with headers, or nothing at all. */
export type Answer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'reset'

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly got: Got[]
  /** What it answers from now on; 200 where nothing is said. */
  answer: (request: Got, n: number) => Answer | Promise<Answer>
}

/** Somebody's endpoint, on loopback. */
export const receiver = async (): Promise<Receiver> => {
  const got: Got[] = []
  const server = await httpServer((req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (c: string) => (body += c))
    req.on('end', () => {
      const request = { url: req.url!, headers: req.headers as Record<string, string>, body }
      got.push(request)
      void Promise.resolve(made.answer(request, got.length)).then((answer) => {
        if (answer === 'reset') return req.socket.destroy()
        res.writeHead(answer.status, answer.headers).end(answer.body)
      })
    })
  })
  const made: Receiver = {
    url: server.url,
    got,
    answer: () => ({ status: 200 }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return made
}

export interface Notice {
  readonly to: string
  readonly text: string
}

export interface Sending extends Disposable {
  readonly clock: ManualClock
  readonly store: MemoryEndpoints
  readonly sender: WebhookSender
  readonly endpoint: (id?: string) => WebhookEndpoint
  send(notice?: Partial<Notice>, key?: string): Promise<Result<WebhookFailure | TimedOut | StepFailed, void>>
}

export const endpointAt = (url: string, own: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: 'acme',
  url,
  secrets: [{ secret: newWebhookSecret() }],
  ...own,
})

/** A sender to some endpoints on loopback, under a clock that is moved by hand. */
export const sending = (
  endpoints: readonly WebhookEndpoint[],
  options: Partial<WebhookSenderOptions> = {},
): Sending => {
  const clock = manualClock(NOW)
  const store = memoryEndpoints(endpoints)
  const sender = webhookSender({
    name: 'partners',
    endpoints: store,
    addresses: 'any',
    ports: { clock, log: silentLogger },
    ...options,
  })
  const target = sender.target<Notice>({
    name: 'notify',
    endpoint: (n) => n.to,
    body: (n) => ({ text: n.text }),
  })
  return {
    clock,
    store,
    sender,
    endpoint: (id = 'acme') => store.get(id)!,
    send: ({ to = 'acme', text = 'hello' } = {}, key = 'm1/notify') => target.call({ to, text }, { key }),
    [Symbol.dispose]: () => sender.close(),
  }
}

import { failure, right, Secret, type Result } from '@xconnector/core'
import { z } from 'zod'
import {
  anyone,
  apiKey,
  bearer,
  boxLike,
  github,
  hmacSignature,
  ingress,
  memoryEndpoints,
  memoryIdempotency,
  sharedToken,
  signStandardWebhook,
  standardWebhooks,
  stripeLike,
  webhookSender,
  type IdempotencyStore,
  type Verifier,
} from '../../src/index.js'
import { gateway, undiciBackends } from '../../src/gateway/index.js'
import { fakeIntake } from '../support/fake-intake.js'
import { tcpServer } from '../support/loopback.js'
import { keptLog } from './call-paths.js'
import type { SecretPath, Show } from './path.js'

const thrown = async (f: () => unknown, show: Show): Promise<void> => {
  try {
    show(await f())
  } catch (error) {
    show(error)
  }
}

const answerText = async (answer: Response): Promise<string> =>
  `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`

/** A webhook with a verifier, and a request that somebody forged, with his own secret in all the places. */
const hooked = async (
  verify: Verifier,
  headers: Readonly<Record<string, string>>,
  show: Show,
): Promise<void> => {
  const intake = fakeIntake()
  const hooks = ingress()
  const source = hooks.webhook({ path: '/in', body: z.unknown(), verify })
  await source.start(intake)
  const answer = await hooks.fetch(
    new Request('https://me.test/in', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"n":1}',
    }),
  )
  if (answer.status !== 401 || intake.got.length > 0) throw new Error('the forged request was not refused')
  show(verify, await answerText(answer), intake.said)
}

const rubbish = (name: string, text: string): Readonly<Record<string, string>> => ({
  [name]: text,
  authorization: `Bearer ${text}`,
  cookie: `sid=${text}`,
  'x-signature': text,
  'webhook-id': 'm1',
  'webhook-timestamp': '1700000000',
  'webhook-signature': `v1,${text}`,
})

const verifier = (
  covers: readonly string[],
  made: (secret: () => Secret) => Verifier,
  header: string,
): SecretPath => ({
  covers,
  run: (secret, show) =>
    hooked(
      made(() => new Secret(secret('own'))),
      rubbish(header, secret('forged')),
      show,
    ),
})

class Refused extends failure('Refused', 'permanent')<{ why: string }> {}

/** An endpoint, asked once. */
const endpointAsked = async (
  show: Show,
  options: { readonly run: () => Promise<Result<Refused, unknown>>; readonly store?: IdempotencyStore },
): Promise<void> => {
  const { log, said } = keptLog()
  const hooks = ingress({ log })
  hooks.endpoint({
    method: 'POST',
    path: '/orders',
    authorize: anyone({ because: 'a test' }),
    body: z.object({ n: z.number() }),
    flow: { name: 'order', call: options.run },
    failures: { Refused: 409 },
    ...(options.store && { idempotency: { store: options.store, scope: () => 'all' } }),
  } as never)
  const answer = await hooks.fetch(
    new Request('https://me.test/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': '"k1"' },
      body: '{"n":1}',
    }),
  )
  show(await answerText(answer), said)
}

export const EDGE_PATHS: Readonly<Record<string, SecretPath>> = {
  'Standard Webhooks': verifier(
    ['verify/secrets.ts#secrets'],
    (s) => {
      const own = (): Secret =>
        new Secret(`whsec_${Buffer.from(`${s().reveal()}, long enough`).toString('base64')}`)
      return standardWebhooks({ secrets: [own(), own()] })
    },
    'webhook-signature',
  ),
  'Standard Webhooks, with secrets that are none': {
    run: (secret, show) => thrown(() => standardWebhooks({ secret: secret('no prefix') }), show),
  },
  github: verifier(['verify/secrets.ts#secret'], (s) => github({ secret: s() }), 'x-hub-signature-256'),
  'Stripe-like': verifier(
    ['verify/secrets.ts#secret'],
    (s) => stripeLike({ header: 'stripe-signature', secret: s() }),
    'stripe-signature',
  ),
  'Box-like': verifier(
    ['verify/box-like.ts#primary', 'verify/box-like.ts#secondary'],
    (s) => boxLike({ primary: s(), secondary: s() }),
    'box-signature-primary',
  ),
  'a shared token': verifier(
    ['verify/shared-token.ts#token', 'verify/shared-token.ts#tokens'],
    (s) => sharedToken({ header: 'x-token', tokens: [s(), s()] }),
    'x-token',
  ),
  'an HMAC of your own': verifier(
    ['verify/secrets.ts#secret'],
    (s) => hmacSignature({ header: 'x-signature', secret: s(), signed: '{body}' }),
    'x-signature',
  ),
  'signing by hand, with what is no secret of webhooks': {
    covers: ['verify/sign-standard-webhook.ts#secret'],
    run: (secret, show) =>
      thrown(
        () =>
          signStandardWebhook({ secret: `whsec_!${secret('no base64')}`, id: 'a', timestamp: 1, body: '' }),
        show,
      ),
  },
  'outgoing webhooks: secrets of endpoints, and receivers that echo': {
    covers: [
      'outgoing/endpoint.ts#secret',
      'outgoing/endpoint.ts#secrets',
      'outgoing/webhook-sender.ts#secret',
    ],
    async run(secret, show) {
      await using server = await tcpServer((s, request) => {
        s.end(`HTTP/1.1 500 E\r\ncontent-length: ${Buffer.byteLength(request)}\r\n\r\n${request}`)
      })
      for (const own of [
        `whsec_${Buffer.from(`${secret('own')}-long-enough`).toString('base64')}`,
        `whsec_!${secret('no base64')}`,
        new Secret(secret('no prefix')),
      ]) {
        const { log, said } = keptLog()
        await thrown(async () => {
          const endpoints = memoryEndpoints([
            { id: 'e1', url: `${server.url}/hook?token=${secret('url')}`, secrets: [{ secret: own }] },
          ])
          const sender = webhookSender({ name: 'out', endpoints, addresses: 'any', ports: { log } })
          const target = sender.target<number>({ name: 'send', endpoint: () => 'e1', body: (n) => ({ n }) })
          const result = await target.call(1)
          await thrown(() => sender.rotate('e1', `whsec_!${secret('next')}`), show)
          sender.close()
          if (result._tag === 'Right') throw new Error('it was delivered')
          return result.left
        }, show)
        show(said)
      }
    },
  },
  'an idempotency store that fails with its connection string': {
    async run(secret, show) {
      const broken = (): never => {
        throw new Error(`cannot connect to postgres://me:${secret('store')}@db`)
      }
      const store = { ...memoryIdempotency(), reserve: broken, finish: broken, release: broken, keep: broken }
      await endpointAsked(show, { run: async () => right(1), store: store })
    },
  },
  'a flow behind an endpoint that throws, or fails with what its caller must not see': {
    async run(secret, show) {
      // What a function of the user's threw is in the log, for whoever runs the service; never in the answer.
      const seen: Show = (text) => show(text)
      await endpointAsked(seen, {
        run: () => Promise.reject(new Error(`backend said ${secret('thrown')}`)),
      })
      await endpointAsked(seen, {
        run: async () => ({ _tag: 'Left', left: new Refused({ why: secret('failure') }) }),
      })
    },
  },
  'a gateway: credentials of backends, cookies both ways, and answers that echo': {
    async run(secret, show) {
      for (const transport of [undefined, undiciBackends()])
        for (const status of ['200 OK', '302 F', '401 U', '500 I', 'reset']) {
          await using server = await tcpServer((s, request) => {
            if (status === 'reset') return void s.resetAndDestroy()
            const [line = ''] = request.split('\r\n')
            const own = /x-key: (.*)/i.exec(request)?.[1] ?? ''
            s.end(
              `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nset-cookie: sid=${own}\r\nx-key: ${own}\r\nwww-authenticate: Basic realm="a"\r\ncontent-length: 2\r\n\r\n${line.slice(0, 2)}`,
            )
          })
          const { log, said } = keptLog()
          const made = gateway({
            backends: {
              a: {
                baseUrl: server.url,
                auth: apiKey({ header: 'x-key', key: new Secret(secret('backend')) }),
              },
              b: { baseUrl: server.url, auth: bearer(() => Promise.reject(new Error(secret('rejected')))) },
            },
            routes: [
              { path: '/a/**', to: 'a' },
              { path: '/b/**', to: 'b' },
            ],
            ports: { log },
            ...(transport && { transport }),
          })
          for (const path of ['/a/x', '/b/x', '/none']) {
            const request = new Request(`https://me.test${path}?access_token=${secret('front')}`, {
              headers: { authorization: `Bearer ${secret('caller')}`, cookie: `sid=${secret('cookie')}` },
            })
            show(await answerText(await made.fetch(request)), said, made)
          }
          made.close()
        }
    },
  },
}

import { createHmac } from 'node:crypto'
import {
  boxLike,
  github,
  hmacSignature,
  newWebhookKeyPair,
  signStandardWebhook,
  standardWebhooks,
  stripeLike,
  type SignedRequest,
  type Verifier,
} from '../../src/index.js'
import { SECRET } from './signed.js'

/** A sender as its own documentation describes it, and our verifier for it. */
export interface Sender {
  readonly name: string
  readonly verifier: Verifier
  /** The header that holds the signature. */
  readonly signature: string
  /** Whether it signs the time of sending. */
  readonly timed: boolean
  /** The headers of a body sent at a time (epoch milliseconds), with an id where it has one in the head. */
  sign(body: string | Buffer, at: number, id?: string): Record<string, string>
}

const hmac = (key: string, ...parts: readonly (string | Buffer)[]): Buffer => {
  const of = createHmac('sha256', key)
  for (const part of parts) of.update(part)
  return of.digest()
}

const seconds = (at: number): string => String(Math.floor(at / 1000))
const pair = newWebhookKeyPair()

export const SENDERS: readonly Sender[] = [
  {
    name: 'standardWebhooks v1',
    verifier: standardWebhooks({ secret: SECRET }),
    signature: 'webhook-signature',
    timed: true,
    sign: (body, at, id = 'msg_1') => ({
      ...signStandardWebhook({ secret: SECRET, id, timestamp: Math.floor(at / 1000), body }),
    }),
  },
  {
    name: 'standardWebhooks v1a',
    verifier: standardWebhooks({ secret: pair.publicKey }),
    signature: 'webhook-signature',
    timed: true,
    sign: (body, at, id = 'msg_1') => ({
      ...signStandardWebhook({ secret: pair.secret, id, timestamp: Math.floor(at / 1000), body }),
    }),
  },
  {
    name: 'github',
    verifier: github({ secret: 'gh key' }),
    signature: 'x-hub-signature-256',
    timed: false,
    sign: (body, _at, id = 'd-1') => ({
      'x-github-delivery': id,
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${hmac('gh key', body).toString('hex')}`,
    }),
  },
  {
    name: 'stripeLike',
    verifier: stripeLike({ secret: 'stripe key' }),
    signature: 'stripe-signature',
    timed: true,
    sign: (body, at) => ({
      'stripe-signature': `t=${seconds(at)},v1=${hmac('stripe key', `${seconds(at)}.`, body).toString('hex')}`,
    }),
  },
  {
    name: 'boxLike',
    verifier: boxLike({ primary: 'first', secondary: 'second' }),
    signature: 'box-signature-primary',
    timed: true,
    sign(body, at, id = 'b-1') {
      const stamp = new Date(at).toISOString()
      return {
        'box-delivery-id': id,
        'box-delivery-timestamp': stamp,
        'box-signature-version': '1',
        'box-signature-algorithm': 'HmacSHA256',
        'box-signature-primary': hmac('first', body, stamp).toString('base64'),
      }
    },
  },
  {
    name: 'hmacSignature',
    verifier: hmacSignature({
      secret: 'shop key',
      header: 'X-Shop-Signature',
      encoding: 'base64url',
      prefix: 'v2:',
      signed: '{method} {path}\n{header:x-shop-time}\n{body}',
      timestamp: { header: 'x-shop-time', format: 'milliseconds' },
      id: { header: 'x-shop-id' },
    }),
    signature: 'x-shop-signature',
    timed: true,
    sign: (body, at, id = 's-1') => ({
      'x-shop-id': id,
      'x-shop-time': String(at),
      'x-shop-signature': `v2:${hmac('shop key', `POST /o\n${at}\n`, body).toString('base64url')}`,
    }),
  },
]

/** A request as a verifier sees it, by node's rules: every header came once. */
export const requestOf = (
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
  now: number,
): SignedRequest => ({
  method: 'POST',
  path: '/o',
  query: '',
  header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
  headers: (name) => (Object.hasOwn(headers, name) ? [headers[name]!] : []),
  raw: Buffer.from(body),
  now,
})

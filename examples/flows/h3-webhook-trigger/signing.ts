import { createHmac } from 'node:crypto'
import { signStandardWebhook } from '@xconnector/http'

/** What the senders of tests and of the play share with the service. */
export const secrets = {
  LIBRARY_HOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
  SHOP_HOOK_SECRET: 'the shop has told us this one',
  FORMS_HOOK_TOKEN: 'a token that the forms know',
  ACCOUNTS_PRIMARY_KEY: 'the primary key',
  ACCOUNTS_SECONDARY_KEY: 'the secondary key',
  CHAT_TOKEN: 'chat-token',
  TASKS_TOKEN: 'tasks-token',
  CRM_KEY: 'crm-key',
} as const

/** When it is sent, epoch milliseconds; with another key: forged. */
export interface Signing {
  readonly now: number
  readonly key?: string
}

/** One of the four who send. */
export interface Sender {
  readonly path: string
  /** Event `n`, as its bytes. */
  readonly event: (n: number) => string
  readonly type: string
  /** What is wrong with its JSON or its form. */
  readonly malformed: string
  readonly headers: (body: string, n: number, signing: Signing) => Readonly<Record<string, string>>
}

const hmac = (key: string, encoding: 'hex' | 'base64', ...parts: readonly string[]): string => {
  const made = createHmac('sha256', key)
  for (const part of parts) made.update(part)
  return made.digest(encoding)
}

const library: Sender = {
  path: '/hooks/library',
  type: 'application/json',
  event: (n) =>
    JSON.stringify({
      type: 'asset.approved',
      asset: { id: `asset-${n}`, version: 1, title: `Picture ${n}` },
      approvedBy: 'Ada',
    }),
  malformed: '{"type":"asset.approved"',
  headers: (body, n, { now, key = secrets.LIBRARY_HOOK_SECRET }) => ({
    ...signStandardWebhook({ secret: key, id: `event-${n}`, timestamp: Math.floor(now / 1000), body }),
  }),
}

const shop: Sender = {
  path: '/hooks/shop',
  type: 'application/json',
  event: (n) =>
    JSON.stringify({
      id: `event-${n}`,
      type: 'order.placed',
      order: { number: `order-${n}`, customer: 'c-1', cents: 2000 },
    }),
  malformed: '{"id":}',
  headers(body, _n, { now, key = secrets.SHOP_HOOK_SECRET }) {
    const stamp = String(Math.floor(now / 1000))
    return { 'shop-signature': `t=${stamp},v1=${hmac(key, 'hex', `${stamp}.`, body)}` }
  },
}

const forms: Sender = {
  path: '/hooks/forms',
  type: 'application/x-www-form-urlencoded',
  event: (n) =>
    String(
      new URLSearchParams({
        submission: `submission-${n}`,
        form: 'contact',
        name: 'Grace Hopper',
        email: 'grace@example.com',
        message: 'Do you ship to Zürich? 100 % sure?',
      }),
    ),
  malformed: 'submission=%zz',
  headers: (_body, _n, { key = secrets.FORMS_HOOK_TOKEN }) => ({ 'x-forms-token': key }),
}

const accounts: Sender = {
  path: '/hooks/accounts',
  type: 'application/json',
  event: (n) =>
    JSON.stringify({
      event: `event-${n}`,
      profile: { id: `profile-${n}`, revision: 1, name: 'Grace', email: 'grace@example.com', country: 'US' },
    }),
  malformed: '[',
  headers(body, n, { now, key = secrets.ACCOUNTS_SECONDARY_KEY }) {
    const stamp = new Date(now).toISOString()
    return {
      'accounts-delivery-id': `delivery-${n}`,
      'accounts-delivery-timestamp': stamp,
      'accounts-signature-primary': hmac('a primary key of tomorrow', 'base64', body, stamp),
      'accounts-signature-secondary': hmac(key, 'base64', body, stamp),
    }
  },
}

export const senders = { library, shop, forms, accounts } as const

/** A key of the right form that nobody has told the service. */
export const FORGED = 'whsec_Zm9yZ2VkIGZvcmdlZCBmb3JnZWQgZm9yZ2Vk'

/** A signed request of a sender. `body`: in place of its event. */
export const sent = (
  sender: Sender,
  n: number,
  signing: Signing,
  { body = sender.event(n), origin = 'https://us.test', type = sender.type } = {},
): Request =>
  new Request(origin + sender.path, {
    method: 'POST',
    headers: { 'content-type': type, ...sender.headers(body, n, signing) },
    body,
  })

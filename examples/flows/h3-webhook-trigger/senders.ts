import { boxLike, formFormat, ingress, sharedToken, standardWebhooks, stripeLike } from '@xconnector/http'
import { z } from 'zod'
import { env } from './systems.ts'

export const hooks = ingress({ basePath: '/hooks', maxBytes: 64 * 1024 })

/** The asset library, which signs by Standard Webhooks. What else it tells is answered with 204, and not stored. */
export const assetApproved = hooks.webhook({
  path: '/library',
  verify: standardWebhooks({ secret: env.LIBRARY_HOOK_SECRET }),
  only: (event) => (event as { type?: unknown }).type === 'asset.approved',
  body: z.object({
    type: z.literal('asset.approved'),
    asset: z.object({ id: z.string(), version: z.number(), title: z.string() }),
    approvedBy: z.string(),
  }),
})

/** The shop, which signs as Stripe does: a time and an HMAC in one header. An event's id is in its body. */
export const orderPlaced = hooks.webhook({
  path: '/shop',
  verify: stripeLike({ secret: env.SHOP_HOOK_SECRET, header: 'shop-signature' }),
  body: z.object({
    id: z.string(),
    type: z.literal('order.placed'),
    order: z.object({ number: z.string(), customer: z.string(), cents: z.number() }),
  }),
})

/**
 * The form service posts forms as browsers do, with a token that both sides share, and signs nothing. A repeat is known by
 * the number of the submission. It shows its owner what was refused, so what does not decode is refused.
 */
export const formSubmitted = hooks.webhook({
  path: '/forms',
  verify: sharedToken({ header: 'x-forms-token', token: env.FORMS_HOOK_TOKEN }),
  format: formFormat(),
  dedupe: { field: 'submission' },
  undecodable: 'refuse',
  body: z.object({
    submission: z.string().min(1),
    form: z.string(),
    name: z.string(),
    email: z.email(),
    message: z.string(),
  }),
})

/**
 * The account service signs with two keys, one of which may be replaced at any time. It does not sign the id in its headers:
 * whoever captured a request could give it another one, so a repeat is known by the id in the body.
 */
export const profileUpdated = hooks.webhook({
  path: '/accounts',
  verify: boxLike({
    primary: env.ACCOUNTS_PRIMARY_KEY,
    secondary: env.ACCOUNTS_SECONDARY_KEY,
    prefix: 'accounts',
  }),
  dedupe: { field: 'event' },
  body: z.object({
    event: z.string(),
    profile: z.object({
      id: z.string(),
      revision: z.number(),
      name: z.string(),
      email: z.string(),
      country: z.string(),
    }),
  }),
})

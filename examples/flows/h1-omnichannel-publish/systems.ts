import { config, secret, url, type Alert } from '@xconnector/core'
import { apiKey, bearer, http, json } from '@xconnector/http'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  CS_API_KEY: secret,
  SITE_URL: url,
  SITE_TOKEN: secret,
  APP_URL: url,
  APP_KEY: secret,
  PORTAL_URL: url,
  PORTAL_TOKEN: secret,
  SIGNAGE_URL: url,
  SIGNAGE_KEY: secret,
  PAGER_URL: url,
})

// A client for each system: its own URL, credentials, limits and circuit. A slow one takes no slot of another.
const site = http({ name: 'site', baseUrl: env.SITE_URL, auth: bearer(env.SITE_TOKEN) })
const app = http({
  name: 'app',
  baseUrl: env.APP_URL,
  auth: apiKey({ header: 'x-api-key', key: env.APP_KEY }),
})
const portal = http({
  name: 'portal',
  baseUrl: env.PORTAL_URL,
  auth: bearer(env.PORTAL_TOKEN),
  destination: { concurrency: 4, rate: { limit: 10, per: '1s' } },
})
const signage = http({
  name: 'signage',
  baseUrl: env.SIGNAGE_URL,
  auth: apiKey({ header: 'x-screens', key: env.SIGNAGE_KEY }),
})

export const putPage = site.target({
  name: 'put-page',
  method: 'PUT',
  path: '/pages/:locale/:uid',
  body: json<{ uid: string; locale: string; path: string; html: string }>(),
  effect: 'idempotent', // a page may be put any number of times
})

export const postCard = app.target({
  name: 'post-card',
  method: 'POST',
  path: '/cards',
  body: json<{ article: string; language: string; headline: string; text: string }>(),
  effect: 'keyed', // the app knows a repeat by its Idempotency-Key
})

export const putDocument = portal.target({
  name: 'put-document',
  method: 'PUT',
  path: '/documents/:id',
  body: json<{ id: string; revision: number; title: string; content: string }>(),
  effect: 'idempotent',
})

export const showSlide = signage.target({
  name: 'show-slide',
  method: 'PUT',
  path: '/slides/:slot',
  body: json<{ slot: string; line: string }>(),
  effect: 'idempotent',
})

/** Where people are told that something waits for them. */
export const pager = http({ name: 'pager', baseUrl: env.PAGER_URL }).target({
  name: 'page-somebody',
  method: 'POST',
  path: '/alerts',
  body: json<Alert>(),
  effect: 'keyed',
})

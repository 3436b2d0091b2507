import { config, secret, url, type Alert } from '@xconnector/core'
import { apiKey, bearer, http, json } from '@xconnector/http'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  LIBRARY_HOOK_SECRET: secret,
  SHOP_HOOK_SECRET: secret,
  FORMS_HOOK_TOKEN: secret,
  ACCOUNTS_PRIMARY_KEY: secret,
  ACCOUNTS_SECONDARY_KEY: secret,
  CHAT_URL: url,
  CHAT_TOKEN: secret,
  TASKS_URL: url,
  TASKS_TOKEN: secret,
  CRM_URL: url,
  CRM_KEY: secret,
  PAGER_URL: url,
})

const chat = http({ name: 'chat', baseUrl: env.CHAT_URL, auth: bearer(env.CHAT_TOKEN) })
const tasks = http({ name: 'tasks', baseUrl: env.TASKS_URL, auth: bearer(env.TASKS_TOKEN) })
const crm = http({
  name: 'crm',
  baseUrl: env.CRM_URL,
  auth: apiKey({ header: 'x-api-key', key: env.CRM_KEY }),
  destination: { concurrency: 8 },
})

/** A notification: said once, for the chat knows a repeat by its Idempotency-Key. */
export const postMessage = chat.target({
  name: 'post-message',
  method: 'POST',
  path: '/messages',
  body: json<{ channel: string; text: string }>(),
  effect: 'keyed',
})

/** A task for somebody: made once. */
export const createTask = tasks.target({
  name: 'create-task',
  method: 'POST',
  path: '/tasks',
  body: json<{ queue: string; title: string; about: string }>(),
  effect: 'keyed',
})

/** The state of something, as the CRM keeps it: may be put any number of times. */
export const putRecord = crm.target({
  name: 'put-record',
  method: 'PUT',
  path: '/:kind/:id',
  body: json<{ kind: 'assets' | 'orders' | 'leads' | 'contacts'; id: string; [field: string]: unknown }>(),
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

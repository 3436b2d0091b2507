import { signStandardWebhook } from '@xconnector/http'

export const HOOK_SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'

/** What the payment provider sends: a signed webhook for a paid order. */
export const pay = (url: string, id: string, secret: string = HOOK_SECRET): Promise<Response> => {
  const body = JSON.stringify({ id, items: ['lamp'] })
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = signStandardWebhook({ secret, id: `evt-${id}`, timestamp, body })
  const headers = { 'content-type': 'application/json', ...signature }
  return fetch(`${url}/hooks/orders`, { method: 'POST', body, headers })
}

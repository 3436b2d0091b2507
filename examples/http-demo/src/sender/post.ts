import { Agent, request } from 'node:http'
import type { Posted } from '@xconnector/example-kit/sender'
import { signStandardWebhook } from '@xconnector/http'
import type { Webhook } from './webhooks.ts'

const TIMEOUT_MS = 10_000

/** Sends webhooks, signed anew each time. Never rejects. */
export const poster = (
  secret: string,
  concurrency: number,
): ((url: string, w: Webhook) => Promise<Posted>) => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  return (url, { id, body }) =>
    new Promise((resolve) => {
      const timestamp = Math.floor(Date.now() / 1000)
      const headers = {
        ...signStandardWebhook({ secret, id, timestamp, body }),
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }
      const nothing = (): void => resolve({ status: 0, retryAfter: undefined })
      const sent = request(url, { agent, method: 'POST', headers, timeout: TIMEOUT_MS }, (answer) => {
        const after = Number(answer.headers['retry-after'])
        const status = answer.statusCode ?? 0
        answer
          .on('end', () => resolve({ status, retryAfter: Number.isFinite(after) ? after : undefined }))
          .on('error', nothing)
          .resume()
      })
      sent.on('error', nothing).on('timeout', () => sent.destroy())
      sent.end(body)
    })
}

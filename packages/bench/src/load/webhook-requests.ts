import { createHmac } from 'node:crypto'
import { paddedEntry } from './padded.ts'

const WEBHOOK_BYTES = 2048

/** Requests of signed webhooks (Standard Webhooks, `v1`), each with an id of its own, as bytes for the wire. */
export const webhookRequests = (o: {
  readonly url: string
  readonly secret: string
  readonly n: number
}): readonly Buffer[] => {
  const { pathname, host } = new URL(o.url)
  const body = JSON.stringify(paddedEntry(WEBHOOK_BYTES))
  const key = Buffer.from(o.secret.slice('whsec_'.length), 'base64')
  const timestamp = String(Math.floor(Date.now() / 1000))
  return Array.from({ length: o.n }, (_, i) => {
    const id = `msg_${i}_${process.pid}`
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    const head = [
      `POST ${pathname} HTTP/1.1`,
      `host: ${host}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'user-agent: bench',
      `webhook-id: ${id}`,
      `webhook-timestamp: ${timestamp}`,
      `webhook-signature: v1,${signature}`,
    ]
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}

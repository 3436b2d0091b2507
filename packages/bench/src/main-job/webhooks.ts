import { Agent, request } from 'node:http'
import { sendAll, untilAcknowledged, type Posted } from '../../../../examples/kit/src/sender.ts'

/** A signed webhook, ready to be sent. */
export interface Webhook {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What goes over the wire of a request. */
export const webhookOf = async (signed: Request): Promise<Webhook> => {
  const body = Buffer.from(await signed.arrayBuffer())
  return { headers: { ...Object.fromEntries(signed.headers), 'content-length': String(body.length) }, body }
}

/** Sends webhooks, so many at a time, each until it is answered by 2xx. */
export const sendWebhooks = async (
  url: string,
  webhooks: readonly Webhook[],
  width: number,
): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: width })
  await sendAll(webhooks, width, (webhook) => untilAcknowledged(() => post(url, agent, webhook)))
  agent.destroy()
}

const post = (url: string, agent: Agent, { headers, body }: Webhook): Promise<Posted> =>
  new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers }, (answer) => {
      const after = Number(answer.headers['retry-after'] ?? Number.NaN)
      answer.resume().on('end', () =>
        resolve({
          status: answer.statusCode!,
          retryAfter: Number.isFinite(after) ? after : undefined,
        }),
      )
    })
      .on('error', reject)
      .end(body)
  })

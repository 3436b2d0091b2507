import { createHmac } from 'node:crypto'
import { kindOf, type Kind } from './kinds.ts'
import type { Template } from './orders.ts'
import { uidOf } from './uid.ts'

/** Makes the signed webhook of any message, as bytes for the wire. */
export const webhooks = (
  templates: readonly Template[],
  { origin, secret }: { readonly origin: string; readonly secret: string },
): ((message: number) => Buffer) => {
  const { host } = new URL(origin)
  const of = (kind: Kind): readonly Template[] => templates.filter((template) => template.kind === kind)
  const all = { entry: of('entry'), asset: of('asset') }
  return (message) => {
    const some = all[kindOf(message)]
    const { path, pieces } = some[message % some.length]!
    const body = Buffer.from(pieces.join(uidOf(message)))
    const seconds = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex')
    const head = [
      `POST ${path} HTTP/1.1`,
      `host: ${host}`,
      'content-type: application/json',
      `content-length: ${body.length}`,
      'user-agent: Contentstack',
      `x-contentstack-hmac-signature: t=${seconds},v1=${signature}`,
    ]
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
  }
}

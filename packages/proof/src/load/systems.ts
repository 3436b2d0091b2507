// A member: the site and the portal. They take whatever comes and answer at once.
import { createServer, type IncomingMessage } from 'node:http'
import { onLoopback } from '../../../../examples/kit/src/loopback.ts'
import { Batches } from './batches.ts'
import { RECEIVERS } from './kinds.ts'
import { obeying } from './member.ts'
import { monotonic } from './monotonic.ts'
import { messageOf } from './uid.ts'

const received = new Batches('received')

const uidOfPath = ({ url = '' }: IncomingMessage): string => url.slice(url.lastIndexOf('/') + 1)
const uidOfBody = (_: IncomingMessage, body: Buffer): string =>
  (JSON.parse(body.toString('utf8')) as { readonly uid: string }).uid

const system = (receiver: number, uid: (request: IncomingMessage, body: Buffer) => string): Promise<string> =>
  onLoopback(
    createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received.add(messageOf(uid(request, Buffer.concat(chunks))), receiver, monotonic())
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}')
      })
    }),
  )

obeying(
  {
    site: await system(RECEIVERS.site, uidOfPath),
    portal: await system(RECEIVERS.portal, uidOfBody),
  },
  () => {
    received.flush()
    return {}
  },
)

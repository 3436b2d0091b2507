// The same job by hand, without durability: a webhook is verified and acknowledged, and then worked on in memory.
import { createServer, type IncomingMessage } from 'node:http'
import { onLoopback } from '../../../../examples/kit/src/loopback.ts'
import { sendingAssets } from './by-hand/assets.ts'
import { sendingEntries } from './by-hand/entries.ts'
import { verifying } from './by-hand/verified.ts'
import { obeying } from '../harness/obeying.ts'
import { used } from '../harness/used.ts'
import type { Order } from './orders.ts'

const { CMS_URL = '', SITE_URL = '', PORTAL_URL = '', VIP_URL = '', VIP_TOKEN = '' } = process.env
const signed = await verifying(CMS_URL)
const routes = new Map([
  ['/hooks/contentstack/entries', sendingEntries(SITE_URL, PORTAL_URL)],
  ['/hooks/contentstack/assets', sendingAssets(VIP_URL, VIP_TOKEN)],
])

const textOf = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

const answer = async (request: IncomingMessage): Promise<number> => {
  const work = routes.get(request.url!)
  if (work === undefined) return 404
  const raw = await textOf(request)
  if (!signed(raw, request.headers['x-contentstack-request-signature'])) return 401
  work(JSON.parse(raw.toString('utf8'))).catch((error: unknown) => {
    console.error((error as Error).stack)
    process.exit(1)
  })
  return 202
}

const server = createServer((request, response) => {
  answer(request).then(
    (status) => response.writeHead(status).end(),
    () => response.writeHead(400).end(),
  )
})
const usage = used()

obeying<Order>({ url: await onLoopback(server) }, () => usage())

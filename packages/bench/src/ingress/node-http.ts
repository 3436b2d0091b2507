import { createServer, type IncomingMessage } from 'node:http'
import { byHand } from './by-hand.ts'
import { serving } from '../load/serving.ts'

const receive = byHand()

const bytesOf = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)))
    request.on('error', reject)
  })

/** node:http and nothing else. */
const server = createServer((request, response) => {
  void (async () => {
    const raw = await bytesOf(request)
    const { status, id } = await receive(raw, (name) => request.headers[name] as string | undefined)
    const body = JSON.stringify({ id })
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })()
})
await serving(server)

import { createReadStream } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { READ_BYTES, type Sender } from '../vip/sender.ts'

/** node:http and nothing else. */
export const raw: Sender =
  (url) =>
  async ({ path, size }) => {
    const sent = request(`${url}/files/last`, { method: 'PUT', headers: { 'content-length': String(size) } })
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject)
    })
    const [answer] = await Promise.all([
      answered,
      pipeline(createReadStream(path, { highWaterMark: READ_BYTES }), sent),
    ])
    answer.resume()
    if (answer.statusCode !== 204) throw new Error(`the receiver answered ${answer.statusCode}`)
  }

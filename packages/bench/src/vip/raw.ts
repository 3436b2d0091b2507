import { createReadStream } from 'node:fs'
import { request, type IncomingMessage, type RequestOptions } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { READ_BYTES, type Sender } from './sender.ts'

const TUS = { 'tus-resumable': '1.0.0' } as const

/** node:http and nothing else: the upload is created, and all of the file goes as one PATCH. It cannot resume. */
export const raw: Sender =
  (url) =>
  async ({ path, size }) => {
    const created = await exchange(`${url}/files`, 201, Readable.from([]), {
      method: 'POST',
      headers: { ...TUS, 'upload-length': String(size), 'content-length': '0' },
    })
    const place = new URL(created.headers.location!, `${url}/files`).href
    await exchange(place, 204, createReadStream(path, { highWaterMark: READ_BYTES }), {
      method: 'PATCH',
      headers: {
        ...TUS,
        'upload-offset': '0',
        'content-length': String(size),
        'content-type': 'application/offset+octet-stream',
      },
    })
  }

const exchange = async (
  url: string,
  status: number,
  body: Readable,
  options: RequestOptions,
): Promise<IncomingMessage> => {
  const sent = request(url, options)
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
  })
  const [answer] = await Promise.all([answered, pipeline(body, sent)])
  answer.resume()
  if (answer.statusCode !== status) throw new Error(`the receiver answered ${answer.statusCode}`)
  return answer
}

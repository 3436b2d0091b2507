import { createReadStream } from 'node:fs'
import axios from 'axios'
import { READ_BYTES, type Sender } from './sender.ts'

const TUS = { 'tus-resumable': '1.0.0' } as const

/** axios, which our client is built on, without redirects, in requests of so many bytes. It does not resume. */
export const byAxios =
  (chunkBytes: number): Sender =>
  (url) =>
  async ({ path, size }) => {
    const client = axios.create({ baseURL: url, maxRedirects: 0, maxBodyLength: -1 })
    const created = await client.post('/files', undefined, {
      headers: { ...TUS, 'upload-length': String(size), 'content-type': false },
    })
    const place = new URL(String(created.headers['location']), `${url}/files`).href
    for (let at = 0; at < size; at += chunkBytes) {
      const length = Math.min(chunkBytes, size - at)
      const part = { start: at, end: at + length - 1, highWaterMark: READ_BYTES }
      await client.patch(place, createReadStream(path, part), {
        headers: {
          ...TUS,
          'upload-offset': String(at),
          'content-length': String(length),
          'content-type': 'application/offset+octet-stream',
        },
      })
    }
  }

import { createReadStream, type ReadStream } from 'node:fs'
import { finished, pipeline } from 'node:stream/promises'
import axios, { type AxiosRequestConfig } from 'axios'
import got from 'got'
import { request } from 'undici'
import { READ_BYTES, type Sender } from '../vip/sender.ts'

const opened = (path: string): ReadStream => createReadStream(path, { highWaterMark: READ_BYTES })
const headersOf = (size: number): Record<string, string> => ({
  'content-length': String(size),
  'content-type': 'application/octet-stream',
})

/** axios, as it comes or otherwise. */
export const byAxios =
  (config: AxiosRequestConfig = {}): Sender =>
  (url) => {
    const client = axios.create({ baseURL: url, ...config })
    return async ({ path, size }) => {
      await client.put('/files/last', opened(path), { headers: headersOf(size) })
    }
  }

/** got's stream, which repeats nothing. */
export const byGot: Sender =
  (url) =>
  async ({ path, size }) => {
    const sending = got.stream.put(`${url}/files/last`, { headers: headersOf(size), retry: { limit: 0 } })
    sending.resume()
    await Promise.all([pipeline(opened(path), sending, { end: true }), finished(sending)])
  }

/** undici's `request`. */
export const byUndici: Sender =
  (url) =>
  async ({ path, size }) => {
    const { body } = await request(`${url}/files/last`, {
      method: 'PUT',
      headers: headersOf(size),
      body: opened(path),
    })
    await body.dump()
  }

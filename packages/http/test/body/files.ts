import type { IncomingMessage, ServerResponse } from 'node:http'
import { httpServer, type Loopback } from '../support/loopback.js'

/** What a file server does with one request: the n-th, from 0. */
export type Deed = (req: IncomingMessage, res: ServerResponse, n: number) => void

/** A server that does one deed a request, the last one again and again, and remembers what was asked for. */
export const fileServer = async (
  ...deeds: readonly Deed[]
): Promise<Loopback & { readonly asked: { range: string | undefined; ifRange: string | undefined }[] }> => {
  const asked: { range: string | undefined; ifRange: string | undefined }[] = []
  const server = await httpServer((req, res) => {
    const n = asked.length
    asked.push({ range: req.headers.range, ifRange: req.headers['if-range'] as string | undefined })
    deeds[Math.min(n, deeds.length - 1)]!(req, res, n)
  })
  return { ...server, asked }
}

/** The file that is served, and how. */
export interface Served {
  readonly file: Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** The connection is cut after so many bytes of this answer. */
  readonly cut?: number
  /** Sends no length. */
  readonly chunked?: boolean
}

/** Serves a file as RFC 9110 says: the whole, or the range that was asked for where `If-Range` holds. */
export const serve =
  ({ file, headers = { etag: '"v1"' }, cut, chunked }: Served): Deed =>
  (req, res) => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? []
    const condition = req.headers['if-range']
    const holds = condition === undefined || Object.values(headers).includes(String(condition))
    const part = first !== undefined && holds
    const start = part ? Number(first) : 0
    if (part && start >= file.length) {
      res.writeHead(416, { ...headers, 'content-range': `bytes */${file.length}` }).end()
      return
    }
    const end = part && last !== '' ? Math.min(Number(last), file.length - 1) : file.length - 1
    const body = file.subarray(start, end + 1)
    res.writeHead(part ? 206 : 200, {
      ...headers,
      ...(!chunked && { 'content-length': body.length }),
      ...(part && { 'content-range': `bytes ${start}-${end}/${file.length}` }),
    })
    if (cut === undefined) res.end(body)
    else cutAfter(res, body.subarray(0, cut))
  }

/** Sends some bytes of a body, and cuts the connection. */
export const cutAfter = (res: ServerResponse, bytes: Buffer): void => {
  if (bytes.length === 0) {
    res.flushHeaders()
    setImmediate(() => res.destroy())
  } else res.write(bytes, () => setImmediate(() => res.destroy()))
}

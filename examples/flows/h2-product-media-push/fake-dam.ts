import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Content } from '../content.ts'

/** A DAM: its files, whole or from a byte on. */
export interface FakeDam {
  readonly server: Server
  /** The files, by id and version: `film.1`. */
  readonly files: Map<string, Content>
  /** Bytes that it has given to be sent. */
  readonly given: number
  /** What it was asked for: `film whole`, `film bytes=100-`. */
  readonly asked: string[]
  /** The next download breaks off after so many bytes. */
  cut(after: number): void
}

/** `seen` is told each time that bytes have been given. */
export const fakeDam = (options: { readonly token: string; readonly seen: () => void }): FakeDam => {
  const { token, seen } = options
  const files = new Map<string, Content>()
  const asked: string[] = []
  let given = 0
  let cut: number | undefined
  const server = createServer((request, response) => {
    const [, id = '', version = ''] = /^\/assets\/([^/]+)\/versions\/([^/]+)\/file$/.exec(request.url!) ?? []
    const file = files.get(`${id}.${version}`)
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end()
    if (file === undefined) return void response.writeHead(404).end()
    const etag = `"${id}.${version}"`
    const start = startOf(request, etag)
    asked.push(`${id} ${request.headers.range ?? 'whole'}`)
    response.writeHead(start === undefined ? 200 : 206, {
      etag,
      'content-type': 'application/octet-stream',
      'content-length': file.size - (start ?? 0),
      ...(start !== undefined && { 'content-range': `bytes ${start}-${file.size - 1}/${file.size}` }),
    })
    let left = cut
    cut = undefined
    const body = file.read(start, (bytes) => {
      given += bytes
      seen()
      if (left !== undefined && (left -= bytes) <= 0) response.destroy()
    })
    response.on('close', () => body.destroy())
    body.pipe(response)
  })
  return {
    server,
    files,
    asked,
    get given() {
      return given
    },
    cut: (after) => void (cut = after),
  }
}

const startOf = ({ headers }: IncomingMessage, etag: string): number | undefined => {
  const [, start] = /^bytes=(\d+)-/.exec(headers.range ?? '') ?? []
  const same = headers['if-range'] === undefined || headers['if-range'] === etag
  return start !== undefined && same ? Number(start) : undefined
}

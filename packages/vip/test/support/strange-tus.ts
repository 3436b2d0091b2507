import { httpServer } from './http-server.js'

/** An answer to one append. `keep`: how many of the bytes it keeps; `offset`: what it says, if anything. */
export interface Strange {
  readonly status?: number
  readonly keep?: (bytes: number) => number
  readonly offset?: (has: number) => number | undefined
  /** Breaks the connection instead of answering. */
  readonly cut?: true
}

/** A tus server in memory that does as it is told, append by append; then it behaves. */
export const strangeTus = async (
  script: readonly Strange[],
  options: { readonly location?: false; readonly head?: false } = {},
) => {
  const appends = [...script]
  let bytes = Buffer.alloc(0)
  const requests: string[] = []
  const server = await httpServer((req, res) => {
    requests.push(req.method!)
    const pieces: Buffer[] = []
    req.on('error', () => {})
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => {
      const tus = { 'tus-resumable': '1.0.0' }
      if (req.method === 'POST')
        return void res
          .writeHead(201, options.location === false ? tus : { ...tus, location: '/files/1' })
          .end()
      if (req.method === 'HEAD')
        return void res
          .writeHead(200, options.head === false ? tus : { ...tus, 'upload-offset': bytes.length })
          .end()
      if (req.method === 'DELETE') return void res.writeHead(204, tus).end()
      const strange = appends.shift() ?? {}
      const got = Buffer.concat(pieces)
      if (Number(req.headers['upload-offset']) !== bytes.length) return void res.writeHead(409, tus).end()
      const kept = strange.keep?.(got.length) ?? (strange.status === undefined ? got.length : 0)
      bytes =
        kept < 0 ? bytes.subarray(0, bytes.length + kept) : Buffer.concat([bytes, got.subarray(0, kept)])
      if (strange.cut === true) return void req.socket.destroy()
      const offset = strange.offset === undefined ? bytes.length : strange.offset(bytes.length)
      return void res
        .writeHead(strange.status ?? 204, {
          ...tus,
          ...(offset !== undefined && { 'upload-offset': offset }),
        })
        .end()
    })
  })
  return {
    url: server.url,
    requests,
    get bytes() {
      return bytes
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

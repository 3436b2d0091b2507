import type { RequestListener } from 'node:http'

/** What discards the bytes of uploads, one after the other, and counts those of the last. */
export interface Discarding {
  readonly handle: RequestListener
  readonly bytes: number
}

const TUS = { 'tus-resumable': '1.0.0' } as const

export const discarding = (): Discarding => {
  let bytes = 0
  return {
    handle(request, response) {
      if (request.method === 'POST') {
        bytes = 0
        return void response.writeHead(201, { ...TUS, location: '/files/last' }).end()
      }
      if (request.method === 'HEAD')
        return void response.writeHead(200, { ...TUS, 'upload-offset': String(bytes) }).end()
      if (request.method === 'PUT') bytes = 0
      request.on('data', (piece: Buffer) => (bytes += piece.length))
      request.on('end', () => response.writeHead(204, { ...TUS, 'upload-offset': String(bytes) }).end())
    },
    get bytes() {
      return bytes
    },
  }
}

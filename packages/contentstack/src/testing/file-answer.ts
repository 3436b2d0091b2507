import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { AssetVersion } from './asset-shelf.js'

/** Serves a file, or the range of it that a request asks for (RFC 9110, 14.2: one range). */
export const fileAnswer = (version: AssetVersion, request: Request): Response => {
  const { file, size, type, hash } = version
  const common = { 'content-type': type, 'accept-ranges': 'bytes', etag: `"${hash}"` }
  const range = rangeOf(request.headers.get('range'), size)
  if (range === 'beyond')
    return new Response(null, { status: 416, headers: { ...common, 'content-range': `bytes */${size}` } })
  const { start, end } = range ?? { start: 0, end: size - 1 }
  const headers = {
    ...common,
    'content-length': String(end - start + 1),
    ...(range !== undefined && { 'content-range': `bytes ${start}-${end}/${size}` }),
  }
  const status = range === undefined ? 200 : 206
  if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers })
  return new Response(bodyOf(file, start, end), { status, headers })
}

const bodyOf = (
  file: AssetVersion['file'],
  start: number,
  end: number,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> => {
  if (file instanceof Uint8Array) return file.slice(start, end + 1)
  const stream = createReadStream(file.path, { start, end, highWaterMark: 256 * 1024 })
  return Readable.toWeb(stream)
}

const rangeOf = (
  header: string | null,
  size: number,
): { readonly start: number; readonly end: number } | 'beyond' | undefined => {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to))
  return start >= size || end < start ? 'beyond' : { start, end }
}

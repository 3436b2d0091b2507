import { checkMade } from '../config/check-option.js'
import type { Readable } from 'node:stream'
import type { FileProvider, FileRef, OpenFile, Tagged } from '@xconnector/core'
import type { Resume } from '../body/resume.js'
import type { BadResponse } from '../failure/bad-response.js'
import type { CallFailure } from '../failure/call-failure.js'
import type { Fails } from './byte-stream.js'
import type { HttpClient } from './http.js'
import type { HeaderValue } from './options.js'
import type { QueryValues } from './query-string.js'

/** Options of `httpFiles`. */
export interface HttpFilesOptions {
  /** As in `FileRef.provider`. Default: the client's name. */
  readonly name?: string
  /** Below the base URL. `:id` and `:version` are filled from the reference; a function gives an encoded path. */
  readonly path: string | ((file: FileRef) => string)
  readonly query?: QueryValues | ((file: FileRef) => QueryValues)
  readonly headers?:
    | Readonly<Record<string, HeaderValue>>
    | ((file: FileRef) => Readonly<Record<string, string>>)
  /** How a download that broke off goes on. As in `client.download`. */
  readonly resume?: false | Partial<Resume>
}

/** Opens files of an HTTP API by reference. `E`: what opening one rejects with, and what its stream may break with. */
export interface HttpFiles<E extends Tagged> extends FileProvider {
  /** A reference to a file, which this provider opens. */
  ref(
    id: string,
    facts: { readonly version: string; readonly size?: number; readonly sha256?: string },
  ): FileRef
  open(file: FileRef, options?: OpenFile): Promise<Readable & Fails<E>>
}

interface Wanted extends FileRef {
  readonly start: number
}

/**
 * The files of an HTTP API as a `FileProvider`: references cross hops, and each attempt opens the file anew, from any byte on.
 * Each file is a download of the client. Its size and SHA-256 are those of the reference, or it is a `BadResponse` (`length`,
 * `digest`); from a `start` only the size is looked at, and an answer that begins elsewhere is `length` too. A download
 * that breaks off goes on by itself (`resume`).
 *
 * @example
 * const dam = http({ name: 'dam', baseUrl: env.DAM_URL, auth: bearer(env.DAM_TOKEN) })
 * const files = httpFiles(dam, { path: '/assets/:id/versions/:version/file' })
 * const stream = await files.open(files.ref('a1', { version: '3', size: 4711 }))
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const httpFiles = <W extends 'wait' | 'fail', X extends Tagged>(
  client: HttpClient<W, X>,
  options: HttpFilesOptions,
): HttpFiles<CallFailure<W> | BadResponse | X> => {
  checkMade('httpFiles client', 'a client, made by http()', client, 'download')
  const { name = client.destination.name, ...declared } = options
  const download = client.download<string, Wanted>({
    ...declared,
    name: 'file',
    start: ({ start }) => start,
    expect: (file) => file,
  })
  return {
    name,
    settings: download.settings ?? [],
    ref: (id, { version, size, sha256 }) => ({
      provider: name,
      id,
      version,
      ...(size !== undefined && { size }),
      ...(sha256 !== undefined && { sha256 }),
    }),
    async open(file, { start = 0, signal, ctx } = {}) {
      const opened = await download.call({ ...file, start }, ctx ?? (signal && { signal }))
      if (opened._tag === 'Left') throw opened.left
      return opened.right.body
    },
  }
}

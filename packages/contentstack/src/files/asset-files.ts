import { Readable } from 'node:stream'
import { isSetting, type FileProvider, type FileRef, type OpenFile } from '@xconnector/core'
import {
  http,
  type CallFailure,
  type Download,
  type Fails,
  type HttpOptions,
  type HttpQuery,
  type QueryValues,
} from '@xconnector/http'
import { FileChanged } from '../failure/file-changed.js'
import { ForeignFile } from '../failure/foreign-file.js'
import { originOf, type HostUrl } from '../region/hosts.js'
import { contentRange } from './content-range.js'

/** What opening a file rejects with. */
export type FileFailure = CallFailure | FileChanged | ForeignFile

/**
 * Opens files of assets. A stream is marked with all that opening it may reject with and that it may break with: so a
 * body of `bytes` brings these failures into the union of its target.
 */
export interface StackFiles extends FileProvider {
  open(file: FileRef, options?: OpenFile): Promise<Readable & Fails<FileFailure>>
}

/** Options of `assetFiles`. */
export interface AssetFilesOptions {
  /** The provider's name, as in the references. */
  readonly name: string
  /** The hosts that files are at. */
  readonly hosts: readonly HostUrl[]
  /** What every download shares. */
  readonly client: Omit<HttpOptions, 'name' | 'baseUrl' | 'refine'>
}

interface Opening {
  readonly url: URL
  readonly start: number
}

/**
 * Opens files of assets as streams, at the given hosts only: a reference is data, and data does not choose the host. No
 * credentials are sent, and redirects are not followed. From a `start`, by a range that must be answered as asked for.
 */
export const assetFiles = ({ name, hosts, client }: AssetFilesOptions): StackFiles & { close(): void } => {
  const places = hosts.map((host, i) => {
    const own = http({ ...client, name: i === 0 ? name : `${name}-${i + 1}`, baseUrl: host })
    const file: HttpQuery<Opening, Download, CallFailure> = own.download({
      name: 'asset-file',
      path: ({ url }: Opening) => url.pathname.replace(UNUSUAL, encodeURIComponent),
      query: ({ url }: Opening) => queryIn(url),
      headers: ({ start }: Opening) => (start > 0 ? { range: `bytes=${start}-` } : NO_HEADERS),
    })
    return { host, file, close: () => own.close() }
  })
  return {
    name,
    settings: hosts.filter((host) => isSetting(host)),
    async open(file, { start = 0, signal, ctx } = {}) {
      const origins = places.map(({ host }) => originOf(host, ctx?.config ?? {}))
      const url = URL.canParse(file.id) ? new URL(file.id) : undefined
      const place =
        file.provider === name && url !== undefined ? places[origins.indexOf(url.origin)] : undefined
      if (place === undefined || url === undefined || url.username !== '' || url.password !== '')
        throw new ForeignFile(file, origins)
      // A range that begins at the end of a file is refused by servers, and is no more than nothing.
      if (start > 0 && start === file.size) return Readable.from([], { objectMode: false })
      const opened = await place.file.call({ url, start }, ctx ?? (signal && { signal }))
      if (opened._tag === 'Left') throw opened.left
      const wrong = mistaken(opened.right, file, start)
      if (wrong === undefined) return opened.right.body
      opened.right.body.on('error', () => {}).destroy()
      throw new FileChanged(file, wrong)
    },
    close: () => places.forEach((place) => place.close()),
  }
}

const NO_HEADERS = Object.freeze({})
// What URLs may have in their path as it is, and the client's paths may not.
const UNUSUAL = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/]/g

const queryIn = (url: URL): QueryValues => {
  const values: Record<string, string[]> = {}
  for (const [name, value] of url.searchParams) (values[name] ??= []).push(value)
  return values
}

const mistaken = ({ status, headers, size }: Download, file: FileRef, start: number): string | undefined => {
  if (start === 0) {
    if (status !== 200) return `was answered with ${status}`
    return file.size !== undefined && size !== undefined && size !== file.size
      ? `has ${size} bytes, not ${file.size}`
      : undefined
  }
  if (status !== 206) return `was answered with ${status}, and not from byte ${start} on`
  const range = contentRange(headers['content-range'])
  if (range?.start !== start || (range.size !== undefined && range.end !== range.size - 1))
    return `was answered with another range than from byte ${start} on`
  return file.size !== undefined && range.size !== undefined && range.size !== file.size
    ? `has ${range.size} bytes, not ${file.size}`
    : undefined
}

import type { Readable } from 'node:stream'
import {
  millis,
  read,
  type Destination,
  type FileProvider,
  type FileRef,
  type OpenFile,
} from '@xconnector/core'
import { checkedResume, type Resume } from '../body/resume.js'
import type { Fails } from '../client/byte-stream.js'
import { callerOf } from '../client/caller.js'
import type { Download } from '../client/download.js'
import { withForms, type HttpQuery } from '../client/forms.js'
import { settingsOf } from '../client/http.js'
import type { HttpOptions } from '../client/options.js'
import { downloadSender } from '../client/send-download.js'
import type { BadResponse } from '../failure/bad-response.js'
import type { CallFailure } from '../failure/call-failure.js'
import { limitedSender } from './limited-sender.js'
import type { Addresses } from './network-options.js'
import { placeOf } from './place-of.js'
import type { RedirectOptions } from './redirects.js'

/** Options of `remoteFiles`. */
export interface RemoteFilesOptions extends Pick<
  HttpOptions,
  'timeout' | 'destination' | 'ports' | 'random' | 'transport' | 'connections' | 'tls' | 'plaintext'
> {
  /** The destination's name, and the provider's in references. */
  readonly name: string
  /** Which addresses, hosts and ports may be asked. Default `'public'`. */
  readonly addresses?: Exclude<Addresses, 'any'>
  /** The most bytes of a file. Default 1 GiB. */
  readonly maxBytes?: number
  /** How many redirects in a row are followed, each within the same rules. 0 to 20; default 5. */
  readonly redirects?: number
  /** How a download that broke off goes on. As in `client.download`. */
  readonly resume?: false | Partial<Resume>
}

/** A file that data points to. */
export interface RemoteFile {
  readonly url: string
  /** The first byte wanted. */
  readonly start?: number
  /** What it must be, where that is known. */
  readonly size?: number
  readonly sha256?: string
}

/** Files at URLs that came from data. */
export interface RemoteFiles extends FileProvider {
  readonly destination: Destination
  /** A read step, and a plain call: the file as a stream. */
  readonly download: HttpQuery<RemoteFile, Download, CallFailure>
  /** A reference to a file, which this provider opens. `version` tells one state of it from another; default `'1'`. */
  ref(
    url: string,
    facts?: { readonly version?: string; readonly size?: number; readonly sha256?: string },
  ): FileRef
  open(file: FileRef, options?: OpenFile): Promise<Readable & Fails<CallFailure | BadResponse>>
  /** Closes connections that are kept alive. */
  close(): void
}

const GIB = 1024 ** 3

/**
 * Opens files at URLs that came from data: an asset's, or what a form or a webhook named. Such a URL may point to what only
 * this process can reach, so that
 * - only public addresses are connected to, judged as resolved when the connection is made (SSRF, also by rebinding);
 * - no proxy is used, behind which nobody could judge;
 * - only `https` is spoken, unless `plaintext` is said, and no credentials are sent, nor taken from the URL;
 * - redirects are followed by the same rules, and files are no larger than `maxBytes`.
 *
 * A refused address is `ConnectFailed`, permanent, of code `ADDRESS_REFUSED`; a URL that is none is `StepFailed`.
 *
 * @example
 * const files = remoteFiles({ name: 'supplier-files', addresses: { hosts: ['.supplier.example'] } })
 * const { body } = await files.download.run({ url: product.imageUrl })
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const remoteFiles = (options: RemoteFilesOptions): RemoteFiles => {
  const {
    name,
    addresses = 'public',
    maxBytes = GIB,
    redirects = 5,
    resume,
    plaintext = false,
    ...rest
  } = options
  const at = `remoteFiles "${name}"`
  if ((addresses as Addresses) === 'any')
    throw new TypeError(`${at} addresses: expected 'public' or rules, got 'any': data would choose the host`)
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new TypeError(`${at} maxBytes: expected a number of bytes, 1 or more, got ${String(maxBytes)}`)
  if (redirects !== 0) checkMost(redirects, at)
  if (rest.timeout !== undefined) millis(rest.timeout, `${at} timeout`)
  const follow: RedirectOptions | undefined =
    redirects === 0 ? undefined : { max: redirects, sameOrigin: false }
  const client = settingsOf({
    ...rest,
    name,
    // Each request has a place of its own.
    baseUrl: 'https://from-data.invalid',
    addresses,
    proxy: false,
    plaintext,
    ...(follow !== undefined && { redirects: follow }),
  })
  const caller = callerOf<RemoteFile, Download>(
    client,
    {
      name: 'file',
      path: '/',
      shown: '(from data)',
      accept: '*/*',
      place: ({ url }: RemoteFile) => placeOf(url, plaintext, at),
      start: ({ start }: RemoteFile) => start,
      expect: ({ size, sha256 }: RemoteFile) => ({
        ...(size !== undefined && { size }),
        ...(sha256 !== undefined && { sha256 }),
      }),
    },
    'GET',
    'none',
    limitedSender(downloadSender(client, checkedResume(resume, at)), maxBytes),
  )
  const { destination, timeoutMs, env } = client
  const step = read({ name: 'file', destination, ...caller })
  const download = withForms(step, {
    destination: name,
    timeoutMs,
    env,
    method: 'GET',
    path: caller.path,
  }) as unknown as RemoteFiles['download']
  return {
    name,
    settings: caller.settings,
    destination,
    download,
    ref: (url, { version = '1', size, sha256 } = {}) => ({
      provider: name,
      id: url,
      version,
      ...(size !== undefined && { size }),
      ...(sha256 !== undefined && { sha256 }),
    }),
    async open({ id, size, sha256 }, { start = 0, signal, ctx } = {}) {
      const file = {
        url: id,
        start,
        ...(size !== undefined && { size }),
        ...(sha256 !== undefined && { sha256 }),
      }
      const opened = await download.call(file, ctx ?? (signal && { signal }))
      if (opened._tag === 'Left') throw opened.left
      return opened.right.body
    },
    close: () => client.transport.close(),
  }
}

const checkMost = (redirects: number, at: string): void => {
  if (!Number.isInteger(redirects) || redirects < 0 || redirects > 20)
    throw new TypeError(`${at} redirects: expected 0 to 20, got ${String(redirects)}`)
}

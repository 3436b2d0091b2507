import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createPlainServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer, type Server, type ServerOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import {
  authority,
  type Authority,
  type Named,
  type Pair,
} from '../../../packages/http/test/support/certificates.ts'
import { testProxy, type TestProxy } from '../../../packages/http/test/support/proxy.ts'
import type { Content } from '../content.ts'
import { onLoopback } from '../on-loopback.ts'

export { contentOf, type Content } from '../content.ts'
export { onLoopback } from '../on-loopback.ts'
export { authority, type Authority } from '../../../packages/http/test/support/certificates.ts'
export { testProxy } from '../../../packages/http/test/support/proxy.ts'

/** A request as a system saw it: who asked for what, and the bytes that came with it. */
export interface Asked {
  readonly what: string
  readonly authorization: string | undefined
  /** The name in the client certificate. */
  readonly certificate: string | undefined
  readonly size: number
  readonly sha256: string
}

/** Everybody whom the bridge talks to, on this machine: for its test, and for the play of `main.ts`. */
export interface World extends AsyncDisposable {
  readonly cloudCa: Authority
  readonly siteCa: Authority
  /** The documents of the cloud, by id. */
  readonly documents: Map<string, Content>
  /** What the cloud, its file host, the archive, and a stranger were asked for. */
  readonly cloud: Asked[]
  readonly files: Asked[]
  readonly archive: Asked[]
  readonly stranger: Asked[]
  readonly proxy: TestProxy
  /** Whom the proxy knows: their ports. */
  readonly hosts: Record<string, number>
  /** The host that the cloud redirects downloads to. */
  redirectTo(host: string): void
  /** Gives the archive another certificate. */
  archiveShows(pair: Pair): void
  /** Gives the bridge another client certificate, in its files. */
  bridgeShows(pair: Pair): Promise<void>
  /** The archive stands still once so many bytes have come, until it is told to go on. */
  hold(after: number): { readonly reached: Promise<void>; goOn(): void }
  /** Bytes that the file host has given. */
  readonly given: number
  /** The most bytes that the file host had given and the archive had not taken. */
  readonly peak: number
  /** What the service is told by its environment. */
  readonly settings: Readonly<Record<string, string>> & {
    readonly CLOUD_HOOK_SECRET: string
    readonly SITE_TOKEN: string
  }
}

const CLOUD = 'api.cloud.example'
const FILES = 'eu.files.cloud.example'
const STRANGER = 'files.stranger.example'
export const ARCHIVE: Named = { for: ['127.0.0.1'] }

export const startWorld = async (): Promise<World> => {
  const running = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'xconnector-bridge-'))
  running.defer(() => rm(folder, { recursive: true, force: true }))
  const cloudCa = authority('the authority of the cloud')
  const siteCa = authority('the authority of the company')
  const documents = new Map<string, Content>()
  let redirectTo = FILES
  let [given, taken, peak] = [0, 0, 0]
  let hold: { readonly after: number; reached(): void; readonly over: Promise<void> } | undefined
  const take = async (bytes: number): Promise<void> => {
    taken += bytes
    if (hold === undefined || taken < hold.after) return
    hold.reached()
    await hold.over
  }

  const [cloud, files, archive, stranger] = [[], [], [], []] as [Asked[], Asked[], Asked[], Asked[]]
  const seenBy = (
    seen: Asked[],
    request: IncomingMessage,
    told: (bytes: number) => Promise<void> | void = () => {},
  ) => asked(request, told).then((one) => void seen.push(one))
  const content: RequestListener = ({ url }, response) => {
    const document = documents.get(/^\/signed\/([^/?]+)/.exec(url!)?.[1] ?? '')!
    response.writeHead(200, { 'content-length': document.size, 'content-type': 'application/pdf' })
    const body = document.read(0, (bytes) => {
      given += bytes
      peak = Math.max(peak, given - taken)
    })
    response.on('close', () => body.destroy())
    body.pipe(response)
  }
  const secure = async (
    options: ServerOptions,
    listener: (...of: Parameters<RequestListener>) => Promise<unknown>,
  ): Promise<{ server: Server; port: number }> => {
    const server = createServer(options, (request, response) => {
      // A sender whose connection broke has nobody left to answer.
      listener(request, response).catch(() => response.destroy())
    })
    const { port } = running.use(await onLoopback(server))
    return { server, port }
  }

  const cloudAt = await secure(cloudCa.issue('cloud', { for: [CLOUD] }), async (request, response) => {
    await seenBy(cloud, request)
    const [, id] = /^\/documents\/([^/]+)/.exec(request.url!) ?? []
    if (request.headers.authorization !== 'Bearer cloud-token') response.writeHead(401).end()
    else if (id === undefined) response.writeHead(204).end()
    else response.writeHead(302, { location: `https://${redirectTo}/signed/${id}?signature=s` }).end()
  })
  const askedFor: ServerOptions = { ca: siteCa.cert, requestCert: true, rejectUnauthorized: false }
  const filesAt = await secure(
    { ...cloudCa.issue('files', { for: [FILES] }), ...askedFor },
    async (request, response) => {
      await seenBy(files, request)
      content(request, response)
    },
  )
  const strangerAt = await secure(
    { ...cloudCa.issue('stranger', { for: [STRANGER] }), ...askedFor },
    async (request, response) => {
      await seenBy(stranger, request)
      content(request, response)
    },
  )
  const archiveAt = await secure(
    { ...siteCa.issue('archive', ARCHIVE), ca: siteCa.cert, requestCert: true, maxVersion: 'TLSv1.2' },
    (request, response) => seenBy(archive, request, take).then(() => response.writeHead(204).end()),
  )
  const pager = createPlainServer((_, response) => response.writeHead(204).end())
  const hosts = { [CLOUD]: cloudAt.port, [FILES]: filesAt.port, [STRANGER]: strangerAt.port }
  const proxy = running.use(await testProxy({ hosts }))

  const path = (name: string): string => join(folder, name)
  const bridgeShows = async ({ cert, key }: Pair): Promise<void> => {
    await writeFile(path('site.crt'), cert)
    await writeFile(path('site.key'), key)
  }
  await bridgeShows(siteCa.issue('the bridge'))
  await writeFile(path('cloud-ca.pem'), cloudCa.cert)
  await writeFile(path('site-ca.pem'), siteCa.cert)
  return {
    cloudCa,
    siteCa,
    documents,
    cloud,
    files,
    archive,
    stranger,
    proxy,
    hosts,
    redirectTo: (host) => void (redirectTo = host),
    archiveShows(pair) {
      archiveAt.server.setSecureContext({ ...pair, ca: siteCa.cert, maxVersion: 'TLSv1.2' })
      archiveAt.server.closeAllConnections()
    },
    bridgeShows,
    hold(after) {
      const reached = Promise.withResolvers<void>()
      const over = Promise.withResolvers<void>()
      hold = { after, reached: reached.resolve, over: over.promise }
      return { reached: reached.promise, goOn: over.resolve }
    },
    get given() {
      return given
    },
    get peak() {
      return peak
    },
    settings: {
      CLOUD_URL: `https://${CLOUD}`,
      CLOUD_TOKEN: 'cloud-token',
      CLOUD_CA: path('cloud-ca.pem'),
      CLOUD_HOOK_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
      PROXY_URL: proxy.url.replace('//', '//bridge:proxy-password@'),
      SITE_URL: `https://127.0.0.1:${archiveAt.port}`,
      SITE_CA: path('site-ca.pem'),
      SITE_CERT: path('site.crt'),
      SITE_KEY: path('site.key'),
      SITE_TOKEN: 'site-token',
      PAGER_URL: running.use(await onLoopback(pager)).url,
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

const asked = async (
  request: IncomingMessage,
  told: (bytes: number) => Promise<void> | void,
): Promise<Asked> => {
  const { subject } = (request.socket as TLSSocket).getPeerCertificate() as { subject?: { CN: string } }
  const { method, url, headers } = request
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of request) {
    hash.update(piece as Buffer)
    size += (piece as Buffer).length
    await told((piece as Buffer).length)
  }
  return {
    what: `${method} ${url}`,
    authorization: headers.authorization,
    certificate: subject?.CN,
    size,
    sha256: hash.digest('hex'),
  }
}

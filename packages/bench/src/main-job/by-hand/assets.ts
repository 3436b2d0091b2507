import { createHash, randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { pipeline, Transform, type Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import axios, { type AxiosInstance } from 'axios'
import { CONCURRENCY } from '../../../../../examples/demo/src/shared/evidence.ts'

interface AssetPublished {
  readonly triggered_at: string
  readonly data: {
    readonly asset: {
      readonly uid: string
      readonly _version: number
      readonly title: string
      readonly description: string
      readonly tags: readonly string[]
      readonly filename: string
      readonly content_type: string
      readonly file_size: string
      readonly url: string
      readonly rights: {
        readonly holder: string
        readonly territories: readonly string[]
        readonly until: string
      }
    }
  }
}
type Published = AssetPublished['data']['asset']

const PROCESSING_MS = 25
const TUS = { 'tus-resumable': '1.0.0' } as const
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Puts a published asset into VIP: record, file, version with its approval, publication. So many at a time as the demo's flow may call. */
export const sendingAssets = (vipUrl: string, token: string): ((event: unknown) => Promise<void>) => {
  const files = axios.create({ httpAgent: new Agent({ keepAlive: true }) })
  const vip = axios.create({
    baseURL: vipUrl,
    httpAgent: new Agent({ keepAlive: true }),
    headers: { authorization: `Bearer ${token}` },
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
  })
  const waiting: (() => void)[] = []
  let free = CONCURRENCY.vip
  return async (event) => {
    if (free === 0) await new Promise<void>((go) => waiting.push(go))
    else free--
    try {
      await put(vip, files, event as AssetPublished)
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}

const put = async (vip: AxiosInstance, files: AxiosInstance, event: AssetPublished): Promise<void> => {
  const { asset } = event.data
  const { data: record } = await vip.put<{ id: string }>(
    `/sources/contentstack/assets/${asset.uid}`,
    recordOf(asset),
    { headers: { 'if-none-match': '*', ...key() } },
  )
  const file = await uploaded(vip, files, asset)
  const versions = `/assets/${record.id}/versions`
  let { data: version } = await vip.post<{ id: string; status: string }>(
    versions,
    {
      label: `v${asset._version}`,
      sourceRevision: String(asset._version),
      approval: { decision: 'approved', decidedAt: event.triggered_at },
      file,
    },
    { headers: key() },
  )
  while (version.status !== 'ready') {
    await sleep(PROCESSING_MS)
    ;({ data: version } = await vip.get(`${versions}/${version.id}`))
  }
  const { headers } = await vip.get(`/assets/${record.id}`)
  await vip.put(
    `/assets/${record.id}/publication`,
    { versionId: version.id },
    { headers: { 'if-match': String(headers['etag']) } },
  )
}

const key = (): { readonly 'idempotency-key': string } => ({ 'idempotency-key': `"${randomUUID()}"` })

const recordOf = ({ uid, _version, title, description, tags, rights }: Published): object => ({
  source: { system: 'contentstack', id: uid, revision: String(_version) },
  kind: 'image',
  metadata: { title: { en: title }, description: { en: description }, keywords: tags },
  rights: {
    status: 'cleared',
    permissions: [
      {
        actions: ['use'],
        territories: { mode: 'include', codes: rights.territories },
        notAfter: rights.until,
      },
    ],
    copyrightNotice: { en: rights.holder },
  },
})

/** Streams the file from the CMS into an upload, hashing what goes through. */
const uploaded = async (
  vip: AxiosInstance,
  files: AxiosInstance,
  { url, filename, content_type: type, file_size: size }: Published,
): Promise<{ readonly uploadId: string; readonly sha256: string }> => {
  const { data: file } = await files.get<Readable>(url, { responseType: 'stream' })
  const created = await vip.post('/uploads', undefined, {
    headers: {
      ...TUS,
      // Else axios says that nothing is a form.
      'content-type': false,
      'upload-length': size,
      'upload-metadata': `filename ${base64(filename)},filetype ${base64(type)}`,
    },
  })
  const hash = createHash('sha256')
  const hashed = new Transform({
    transform(piece: Buffer, _, done) {
      hash.update(piece)
      done(null, piece)
    },
  })
  pipeline(file, hashed, () => {})
  const place = new URL(String(created.headers['location']), `${vip.defaults.baseURL}/`).href
  await vip.patch(place, hashed, {
    headers: {
      ...TUS,
      'upload-offset': '0',
      'content-length': size,
      'content-type': 'application/offset+octet-stream',
    },
  })
  return { uploadId: place.slice(place.lastIndexOf('/') + 1), sha256: hash.digest('hex') }
}

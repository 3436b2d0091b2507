import { createHash } from 'node:crypto'
import type { Asset, Version, VipServer } from '@xconnector/vip/testing'

/** What a test reads of an answer. */
export interface Got<B = Record<string, unknown>> {
  readonly status: number
  readonly headers: Headers
  readonly body: B
  readonly etag: string
}

export const RIGHTS = { status: 'cleared', permissions: [] } as const

export const assetOf = (id: string, more: object = {}): object => ({
  source: { system: 'cms', id },
  kind: 'image',
  metadata: { title: { en: `Asset ${id}` } },
  rights: RIGHTS,
  ...more,
})

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A plain client of a VIP server, in its own process: what a test would otherwise write at every line. */
export const clientOf = (server: VipServer) => {
  const base = 'https://vip.test/v1'
  let keys = 0
  const call = async <B = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Got<B>> => {
    const streamed = body instanceof Uint8Array
    const response = await server.fetch(
      new Request(path.startsWith('https:') ? path : base + path, {
        method,
        headers: {
          authorization: `Bearer ${server.token}`,
          ...(body !== undefined && !streamed && { 'content-type': 'application/json' }),
          ...(streamed && { 'content-type': 'application/offset+octet-stream' }),
          ...(path.includes('/uploads') && method !== 'GET' && { 'tus-resumable': '1.0.0' }),
          ...headers,
        },
        ...(body !== undefined && {
          body: streamed ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
        }),
      }),
    )
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as B,
      etag: response.headers.get('etag') ?? '',
    }
  }
  const nextKey = () => `"key-${++keys}"`
  const client = {
    call,
    nextKey,
    /** A new asset. */
    async create(id: string, more: object = {}): Promise<Asset> {
      return (await call<Asset>('PUT', `/sources/cms/assets/${id}`, assetOf(id, more))).body
    },
    async asset(id: string): Promise<Got<Asset>> {
      return call<Asset>('GET', `/assets/${id}`)
    },
    /** A complete upload; its id. */
    async upload(bytes: Uint8Array, headers: Record<string, string> = {}): Promise<string> {
      const made = await call('POST', '/uploads', undefined, {
        'upload-length': String(bytes.length),
        ...headers,
      })
      const at = made.headers.get('location')!
      if (bytes.length > 0) await call('PATCH', at, bytes, { 'upload-offset': '0' })
      return at.slice(at.lastIndexOf('/') + 1)
    },
    /** A version that has been processed. */
    async version(assetId: string, text: string, more: object = {}): Promise<Version> {
      const bytes = Buffer.from(text)
      const file = { uploadId: await client.upload(bytes), sha256: sha256(bytes) }
      const made = await call<Version>('POST', `/assets/${assetId}/versions`, { file, ...more }, key())
      await server.processed()
      return (await call<Version>('GET', `/assets/${assetId}/versions/${made.body.id}`)).body
    },
    approve(version: Version, decision = 'approved'): Promise<Got<Version>> {
      const approval = { decision, decidedAt: '2026-11-21T00:00:00Z' }
      return call('PUT', `/assets/${version.assetId}/versions/${version.id}/approval`, approval)
    },
    /** With the tag of now. */
    async change<B = Asset>(method: string, assetId: string, path: string, body?: unknown): Promise<Got<B>> {
      const { etag } = await call('GET', `/assets/${assetId}${path === '/rights' ? path : ''}`)
      return call<B>(method, `/assets/${assetId}${path}`, body, { 'if-match': etag })
    },
    publish: (assetId: string, versionId: string, more: object = {}) =>
      client.change('PUT', assetId, '/publication', { versionId, ...more }),
  }
  const key = () => ({ 'idempotency-key': nextKey() })
  return client
}

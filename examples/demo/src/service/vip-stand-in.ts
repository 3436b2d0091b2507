// THROWAWAY until @xconnector/vip is there.
import { createHash } from 'node:crypto'
import {
  target,
  createDestination,
  right,
  left,
  failure,
  type Target,
  type FileProvider,
} from '@xconnector/core'
import { standardWebhooks, type Ingress } from '@xconnector/http'
import * as t from 'io-ts'
class Lost extends failure('ConnectionLost', 'transient')<{}> {}
export class VersionNotCurrent extends failure('VersionNotCurrent', 'permanent')<{}> {}
export type VipAsset = any
export type Vip = ReturnType<typeof vip>
const Ev = t.type({
  id: t.string,
  type: t.string,
  subject: t.string,
  sequence: t.string,
  data: t.type({
    object: t.intersection([t.type({ id: t.string }), t.partial({ status: t.string })]),
    source: t.type({ id: t.string }),
  }),
})
export type VipEvent = t.TypeOf<typeof Ev>
export const vip = (o: { baseUrl: any; auth: any; files: FileProvider; destination: any }) => {
  const base = () => process.env['VIP_URL']!
  const call = async (method: string, path: string, body?: any, headers: any = {}) => {
    const r = await fetch(path.startsWith('http') ? path : base() + path, {
      method,
      headers: {
        authorization: `Bearer ${process.env['VIP_TOKEN']}`,
        ...(body !== undefined &&
          !(body instanceof Buffer) &&
          !(body instanceof ReadableStream) && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : headers['tus-resumable'] ? body : JSON.stringify(body),
      duplex: 'half',
    } as any)
    const text = await r.text()
    if (r.status >= 300 && r.status !== 404 && r.status !== 412)
      throw new Error(`${method} ${path} ${r.status} ${text}`)
    return { status: r.status, headers: r.headers, json: text.startsWith('{') ? JSON.parse(text) : undefined }
  }
  const put: Target<VipAsset, any, Lost | VersionNotCurrent> = target({
    name: 'put-asset',
    destination: createDestination({ name: 'vip', ...o.destination }),
    effect: 'keyed',
    async call(a: VipAsset, ctx: any) {
      try {
        const { file, version, approval, publish, ...record } = a
        const path = `/sources/${record.source.system}/assets/${record.source.id}`
        const got = await call('GET', path)
        if (
          got.status === 200 &&
          got.json.source.revision !== undefined &&
          Number(got.json.source.revision) > Number(record.source.revision)
        )
          return { result: left(new VersionNotCurrent('newer', {})), seen: { as: 'ok' } } as any
        const rec = await call(
          'PUT',
          path,
          record,
          got.status === 404 ? { 'if-none-match': '*' } : { 'if-match': got.headers.get('etag') },
        )
        const location = await ctx.once('upload', async () => {
          const m = await call('POST', '/uploads', Buffer.alloc(0), {
            'tus-resumable': '1.0.0',
            'upload-length': String(file.ref.size),
            'upload-metadata': `filename ${Buffer.from(file.name).toString('base64')},filetype ${Buffer.from(file.type).toString('base64')}`,
          })
          return m.headers.get('location')!
        })
        const head = await call('HEAD', location, undefined, { 'tus-resumable': '1.0.0' })
        let offset = Number(head.headers.get('upload-offset'))
        const hash = createHash('sha256')
        const stream = await o.files.open(file.ref)
        let pos = 0
        let pending: Buffer[] = []
        let size = 0
        const flush = async () => {
          if (size === 0) return
          await call('PATCH', location, Buffer.concat(pending), {
            'tus-resumable': '1.0.0',
            'upload-offset': String(offset),
            'content-type': 'application/offset+octet-stream',
          })
          offset += size
          pending = []
          size = 0
        }
        for await (const c of stream) {
          const b = c as Buffer
          hash.update(b)
          const skip = Math.max(0, Math.min(b.length, (head.headers.get('upload-offset') as any) - pos))
          pos += b.length
          const rest = b.subarray(skip)
          if (rest.length) {
            pending.push(rest)
            size += rest.length
          }
          if (size >= 4 << 20) await flush()
        }
        await flush()
        const sha256 = hash.digest('hex')
        const v = await call(
          'POST',
          `/assets/${rec.json.id}/versions`,
          {
            label: version.label,
            sourceRevision: record.source.revision,
            approval,
            file: { uploadId: location.split('/').at(-1), sha256 },
          },
          { 'idempotency-key': `"${ctx.key}/v"` },
        )
        for (;;) {
          const s = await call('GET', `/assets/${rec.json.id}/versions/${v.json.id}`)
          if (s.json.status !== 'processing') break
          await new Promise((r) => setTimeout(r, 20))
        }
        if (publish) {
          const now = await call('GET', path)
          await call(
            'PUT',
            `/assets/${rec.json.id}/publication`,
            { versionId: v.json.id },
            { 'if-match': now.headers.get('etag') },
          )
        }
        return { result: right({}), seen: { as: 'ok' } } as any
      } catch (e) {
        console.error(e)
        return { result: left(new Lost(String(e), { cause: e })), seen: { as: 'failed' } } as any
      }
    },
  } as any) as any
  return {
    assets: { put },
    webhook: (hooks: Ingress, w: any) =>
      hooks.webhook({ path: w.path, name: w.name, body: Ev, verify: standardWebhooks({ secret: w.secret }) }),
  }
}

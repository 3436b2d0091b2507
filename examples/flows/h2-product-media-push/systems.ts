import {
  config,
  failure,
  left,
  right,
  secret,
  url,
  type Alert,
  type FileRef,
  type Result,
} from '@xconnector/core'
import { apiKey, bearer, fileBody, http, httpFiles, json } from '@xconnector/http'
import { z } from 'zod'

/** Everything that the service is told by its environment. Read when it starts, all at once. */
export const env = config({
  DAM_URL: url,
  DAM_TOKEN: secret,
  DAM_HOOK_SECRET: secret,
  SHOP_URL: url,
  SHOP_TOKEN: secret,
  MARKET_URL: url,
  MARKET_KEY: secret,
  PAGER_URL: url,
})

/** A file about a product: what crosses the journal. Its bytes do not. */
export interface Media {
  readonly sku: string
  readonly asset: string
  readonly version: number
  readonly kind: 'image' | 'video' | 'sheet'
  readonly title: string
  readonly type: string
  readonly file: FileRef & { readonly size: number; readonly sha256: string }
  /** What it is called in staging: the same in each attempt, so that one finds what those before it have sent. */
  readonly staged: string
}

/** A whole file is in staging, and is not the one that was approved. It has been removed, and is sent anew. */
export class WrongBytes extends failure('WrongBytes', 'transient')<{ staged: string; sha256: string }> {}

// The DAM. Its files are opened by reference on each attempt, from any byte on, and streamed.
const dam = http({ name: 'dam', baseUrl: env.DAM_URL, auth: bearer(env.DAM_TOKEN) })
export const damFiles = httpFiles(dam, { path: '/assets/:id/versions/:version/file' })

// The shop takes files in parts: it says how much of one it has, and takes the rest.
const shop = http({ name: 'shop', baseUrl: env.SHOP_URL, auth: bearer(env.SHOP_TOKEN) })
const reserve = shop.target({
  name: 'reserve',
  method: 'PUT',
  path: '/uploads/:staged',
  body: ({ file: { size, sha256 } }: Media) => ({ size, sha256 }),
  response: z.object({ offset: z.number(), sha256: z.string().optional() }), // of what has come so far; of the whole
  effect: 'idempotent',
})
const append = shop.target({
  name: 'append',
  method: 'PATCH',
  path: '/uploads/:staged',
  headers: ({ offset }) => ({ 'upload-offset': String(offset) }),
  body: fileBody(damFiles, ({ file, type, offset }: Media & { offset: number }) => ({
    file,
    type,
    start: offset,
  })),
  effect: 'idempotent', // at an offset that has passed nothing is appended
})
const discard = shop.target({
  name: 'discard',
  method: 'DELETE',
  path: '/uploads/:staged',
  effect: 'idempotent',
})

/** Has a file of the shop's staging whole and right. An upload that broke off goes on where it did. */
export const stageInShop = shop.composite({
  name: 'stage-in-shop',
  effect: 'idempotent',
  settings: append.settings ?? [],
  async run(media: Media, ctx) {
    const before = await reserve.call(media, ctx)
    if (before._tag === 'Left') return before
    const { offset } = before.right
    const sent = offset < media.file.size ? await append.call({ ...media, offset }, ctx) : before
    if (sent._tag === 'Left') return sent
    const after = await reserve.call(media, ctx)
    if (after._tag === 'Left') return after
    const checked = asApproved(media, after.right.sha256)
    if (checked._tag === 'Right') return checked
    const gone = await discard.call(media, ctx)
    return gone._tag === 'Left' ? gone : checked
  },
})

/** Shows a file with its product. The shop takes only what is whole in its staging, once for each key. */
export const attachInShop = shop.target({
  name: 'attach-in-shop',
  method: 'POST',
  path: '/products/:sku/media',
  body: ({ asset, version, kind, title, staged, file }: Media) => ({
    asset,
    version,
    kind,
    title,
    upload: staged,
    sha256: file.sha256,
  }),
  effect: 'keyed',
})

// The marketplace takes files as a whole. What broke off is sent again from its first byte.
const market = http({
  name: 'market',
  baseUrl: env.MARKET_URL,
  auth: apiKey({ header: 'x-api-key', key: env.MARKET_KEY }),
  destination: { concurrency: 2 },
})
const Staged = z.object({ size: z.number(), sha256: z.string() })
const staged = market.query({ name: 'staged', path: '/staging/:staged', response: Staged })
const put = market.target({
  name: 'put',
  method: 'PUT',
  path: '/staging/:staged',
  body: fileBody(damFiles, ({ file, type }: Media) => ({ file, type, digest: 'Repr-Digest' })),
  response: Staged,
  effect: 'idempotent',
})

/** Has a file in the marketplace's staging, whole and right. */
export const stageInMarket = market.composite({
  name: 'stage-in-market',
  effect: 'idempotent',
  settings: put.settings ?? [],
  async run(media: Media, ctx) {
    // An attempt before this one may have sent it, and had no answer.
    const there = await staged.call(media, ctx)
    if (there._tag === 'Left' && there.left._tag !== 'NotFound') return there
    if (there._tag === 'Right' && there.right.sha256 === media.file.sha256) return right(undefined)
    const sent = await put.call(media, ctx)
    return sent._tag === 'Left' ? sent : asApproved(media, sent.right.sha256)
  },
})

/** Shows a file with its listing. */
export const attachInMarket = market.target({
  name: 'attach-in-market',
  method: 'POST',
  path: '/listings/:sku/media',
  body: ({ asset, version, kind, title, staged, file }: Media) => ({
    asset,
    version,
    kind,
    caption: title,
    staged,
    sha256: file.sha256,
  }),
  effect: 'keyed',
})

const asApproved = (
  { file, staged }: Media,
  sha256: string | undefined = 'unknown',
): Result<WrongBytes, void> =>
  sha256 === file.sha256
    ? right(undefined)
    : left(new WrongBytes({ staged, sha256 }, `${staged} is ${sha256} in staging, not ${file.sha256}`))

/** Where people are told that something waits for them. */
export const pager = http({ name: 'pager', baseUrl: env.PAGER_URL }).target({
  name: 'page-somebody',
  method: 'POST',
  path: '/alerts',
  body: json<Alert>(),
  effect: 'keyed',
})

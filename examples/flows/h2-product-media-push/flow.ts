import { byKind, flow, retry } from '@xconnector/core'
import { ingress, standardWebhooks } from '@xconnector/http'
import { z } from 'zod'
import {
  attachInMarket,
  attachInShop,
  damFiles,
  env,
  pager,
  stageInMarket,
  stageInShop,
  type Media,
} from './systems.ts'

/** What the DAM tells of a file when somebody has reviewed it. */
const MediaReviewed = z.object({
  type: z.literal('media.reviewed'),
  decision: z.enum(['approved', 'rejected']),
  media: z.object({
    id: z.string().regex(/^[\w-]{1,64}$/),
    version: z.number().int(),
    sku: z.string(),
    kind: z.enum(['image', 'video', 'sheet']),
    title: z.string(),
    file: z.object({ type: z.string(), size: z.number().int().positive(), sha256: z.hash('sha256') }),
  }),
})
type MediaReviewed = z.infer<typeof MediaReviewed>

export const hooks = ingress({ basePath: '/hooks' })
const reviewed = hooks.webhook({
  path: '/dam',
  body: MediaReviewed,
  verify: standardWebhooks({ secret: env.DAM_HOOK_SECRET }),
})

const toMedia = ({ media: { id, version, file, ...about } }: MediaReviewed): Media => ({
  ...about,
  asset: id,
  version,
  type: file.type,
  file: {
    provider: damFiles.name,
    id,
    version: String(version),
    size: file.size,
    sha256: file.sha256,
  },
  staged: `${id}.${version}`,
})

/** An approved image, video or spec sheet, to every system that sells the product. None of them waits for another. */
export const pushMedia = flow('product-media-push')
  .from(reviewed, {
    latest: { key: ({ media }) => media.id, version: ({ media }) => media.version },
  })
  .filter('approved', ({ decision }) => decision === 'approved')
  .map('media', toMedia)
  .fanOut({
    // Two hops each: a product is told of a file once all of it is there, and is right.
    shop: (media) => media.to(stageInShop).to(attachInShop),
    market: (media) => media.to(stageInMarket).to(attachInMarket),
  })
  // A large file over a bad line takes many attempts, each of which brings it on.
  .otherwise(byKind({ transient: retry({ max: '15m', upTo: '24h' }) }).alert(pager))

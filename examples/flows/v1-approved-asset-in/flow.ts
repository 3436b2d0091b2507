import { byKind, discard, flow, retry } from '@xconnector/core'
import { ingress, standardWebhooks } from '@xconnector/http'
import type { VipAsset } from '@xconnector/vip'
import { z } from 'zod'
import { dam, env, libraryFiles, pager } from './systems.ts'

/** What the library tells when it releases a version of an asset. */
const AssetReleased = z.object({
  type: z.literal('asset.released'),
  asset: z.object({
    id: z.string(),
    version: z.number(),
    kind: z.enum(['image', 'video', 'audio', 'document']),
    title: z.string(),
    keywords: z.array(z.string()),
    file: z.object({ name: z.string(), type: z.string(), size: z.number(), sha256: z.string() }),
  }),
  review: z.object({
    decision: z.enum(['approved', 'rejected', 'open']),
    by: z.string(),
    at: z.iso.datetime(),
  }),
  rights: z.object({ holder: z.string(), countries: z.array(z.string()), until: z.iso.datetime() }),
})
type AssetReleased = z.infer<typeof AssetReleased>

export const hooks = ingress({ basePath: '/hooks' })
const released = hooks.webhook({
  path: '/library',
  body: AssetReleased,
  verify: standardWebhooks({ secret: env.LIBRARY_HOOK_SECRET }),
})

const toVip = ({ asset, review, rights }: AssetReleased): VipAsset => {
  const { id, version, file } = asset
  return {
    source: { system: 'library', id, revision: String(version) },
    kind: asset.kind,
    metadata: { title: { en: asset.title }, keywords: asset.keywords },
    rights: {
      status: 'cleared',
      permissions: [
        {
          actions: ['use'],
          territories: { mode: 'include', codes: rights.countries },
          notAfter: rights.until,
        },
      ],
      copyrightNotice: { en: rights.holder },
    },
    file: {
      ref: {
        provider: libraryFiles.name,
        id,
        version: String(version),
        size: file.size,
        sha256: file.sha256,
      },
      name: file.name,
      type: file.type,
    },
    version: { label: `v${version}` },
    ...(review.decision !== 'open' && {
      approval: { decision: review.decision, decidedAt: review.at, decidedBy: review.by },
    }),
    publish: true,
  }
}

/** An asset of the library, with file, metadata, rights and version, to VIP, where it is published. */
export const approvedAssetIn = flow('approved-asset-in')
  .from(released, {
    latest: { key: ({ asset }) => asset.id, version: ({ asset }) => asset.version },
  })
  .to(dam.assets.put.with(toVip))
  .on('NotApproved', discard('not approved').alert(pager))
  .on('VersionNotCurrent', discard('superseded'))
  // Tried for hours. What was put aside waits until it is sent again, so somebody is told.
  .otherwise(byKind({ transient: retry({ max: '15m', attempts: 24 }) }).alert(pager))

import { byKind, discard, flow, type Deployable } from '@xconnector/core'
import type { Asset, Contentstack, StackEvent } from '@xconnector/contentstack'
import type { Ingress } from '@xconnector/http'
import type { Vip, VipAsset } from '@xconnector/vip'
import { soon } from './soon.ts'

const KINDS: Readonly<Record<string, VipAsset['kind']>> = {
  'application/pdf': 'document',
  'application/zip': 'archive',
}

const kindOf = ({ content_type: type }: Asset): VipAsset['kind'] => {
  const [family] = type.split('/')
  if (family === 'image' || family === 'video' || family === 'audio') return family
  return KINDS[type] ?? 'other'
}

/** Rights of an asset, in fields that this stack has for them. */
interface StackRights {
  readonly holder: string
  readonly territories: readonly string[]
  readonly until: string
}

const vipAsset = (cms: Contentstack, { at, data: { asset } }: StackEvent<'asset.publish'>): VipAsset => {
  const { title, description, tags } = asset as Asset & { title: string; description: string; tags: string[] }
  const rights = asset['rights'] as unknown as StackRights
  const revision = String(asset._version)
  return {
    source: { system: 'contentstack', id: asset.uid, revision },
    kind: kindOf(asset),
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
    file: { ref: cms.assets.file(asset), name: asset.filename, type: asset.content_type },
    version: { label: `v${revision}` },
    // What an editor has published is approved.
    approval: { decision: 'approved', decidedAt: at },
    publish: true,
  }
}

/** Published assets, with their files, rights and versions, to VIP. */
export const assetsFlow = (hooks: Ingress, cms: Contentstack, dam: Vip): Deployable =>
  flow('assets')
    .from(
      cms.webhook(hooks, {
        path: '/contentstack/assets',
        name: 'published assets',
        on: 'asset.publish',
      }),
      {
        latest: {
          key: ({ data }) => data.asset.uid,
          version: ({ data }) => data.asset._version,
        },
      },
    )
    .to(dam.assets.put.with((event: StackEvent<'asset.publish'>) => vipAsset(cms, event)))
    .on('VersionNotCurrent', discard('superseded'))
    .otherwise(byKind({ transient: soon }))

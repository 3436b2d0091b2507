import { byKind, flow, type Deployable } from '@xconnector/core'
import { http, json, type Ingress } from '@xconnector/http'
import type { Vip, VipEvent } from '@xconnector/vip'
import { CONCURRENCY } from '../shared/evidence.ts'
import { env } from './environment.ts'
import { soon } from './soon.ts'

// Where the CMS is told what became of its assets.
const tracking = http({
  name: 'tracking',
  baseUrl: env.TRACKING_URL,
  destination: { concurrency: CONCURRENCY.tracking },
})
const track = tracking.target({
  name: 'track',
  method: 'PUT',
  path: '/tracking/assets/:uid',
  body: json<{ event: string; type: string; sequence: number; status: string; entry: string }>(),
  effect: 'idempotent',
})

/** What VIP tells of an asset, back to where the asset comes from: the newest for each asset. */
export const vipEventsFlow = (hooks: Ingress, dam: Vip): Deployable =>
  flow('vip-events')
    .from(dam.webhook(hooks, { path: '/vip', name: 'events of VIP', secret: env.VIP_HOOK_SECRET }), {
      latest: { key: ({ subject }) => subject, version: ({ sequence }) => Number(sequence) },
    })
    .to(
      track.with(({ id, type, sequence, data }: VipEvent, ctx) => ({
        uid: data.source?.id ?? '',
        event: id,
        type,
        sequence: Number(sequence),
        status: data.object.status ?? '',
        entry: ctx.key,
      })),
    )
    .otherwise(byKind({ transient: soon }))

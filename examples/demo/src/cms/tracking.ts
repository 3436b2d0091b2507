import type { Server } from 'node:http'
import { slow } from '@xconnector/example-kit/behaviour'
import { DurableLines } from '@xconnector/example-kit/durable-lines'
import { systemOf } from '@xconnector/example-kit/system'
import { evidenceIn, type TrackingLine } from '../shared/evidence.ts'

interface Tracked {
  readonly event: string
  readonly type: string
  readonly asset: string
  readonly sequence: number
  readonly entry: string
}

/** Where the CMS is told what became of its assets: `PUT /tracking/assets/{uid}`. */
export const trackingServer = async (folder: string): Promise<Server> =>
  systemOf<Tracked, TrackingLine>({
    behaviour: slow(2, 6),
    log: await DurableLines.open(evidenceIn(folder).tracking),
    read: (body, entry, request) => {
      const { event, type, sequence } = body as Tracked
      const asset = decodeURIComponent(request.url!.slice(request.url!.lastIndexOf('/') + 1))
      return { event, type, asset, sequence, entry }
    },
    line: (tracked, outcome) => ({ ...tracked, ...outcome }),
  })

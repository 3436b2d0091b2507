import { join } from 'node:path'

// What is written down in a run's folder, by whom, in which words. The checker reads this, the files that VIP holds, and
// the journal's file, and nothing else. A line of a system is on disk before the request that it tells of is answered; a
// line of an acknowledgement right after the answer came; exchanges with VIP shortly after they ended. Times are epoch
// milliseconds.

/** The HTTP systems that entries go to; also the names of the branches of the flow `entries`. */
export const SYSTEMS = ['site', 'portal'] as const

export type SystemName = (typeof SYSTEMS)[number]

/** Who takes something in: each has a row in the checker's table. */
export const TARGETS = [...SYSTEMS, 'vip', 'tracking'] as const

export type TargetName = (typeof TARGETS)[number]

/** How many calls of each may be inside at a time. Together: the most deliveries that a kill can leave in doubt. */
export const CONCURRENCY: Readonly<Record<TargetName, number>> = {
  site: 48,
  portal: 16,
  vip: 4,
  tracking: 8,
}

/** The files of one run. */
export interface EvidenceFiles {
  /** The service's SQLite journal. Nobody has it open when the checker reads it. */
  readonly journal: string
  /** `Manifest`: every file that the CMS serves, with its sha256, written before anything else. */
  readonly manifest: string
  /** `AcknowledgementLine`s, by the CMS: its webhooks that the service answered with 2xx. */
  readonly acknowledgements: string
  /** `RequestLine`s, by each system: everything it answered, or cut off. */
  requests(system: SystemName): string
  /** `TrackingLine`s, by the CMS: what it was told of what became of its assets. */
  readonly tracking: string
  /** `ExchangeLine`s, by VIP: every exchange, those included that ended with the sender's death. */
  readonly exchanges: string
  /** `EventLine`s, by VIP: its events that the service answered with 2xx. */
  readonly events: string
  /** `VipState`, by VIP when it is stopped. */
  readonly vipState: string
  /** The folder of VIP's store: the bytes that arrived. */
  readonly vipStore: string
  /** `KillLine`s, by the demo: when the service was killed, and what was in flight. */
  readonly kills: string
}

/** The files of the run in `folder`. Peak memory of each process is beside them: `readPeakMemory` of the kit. */
export const evidenceIn = (folder: string): EvidenceFiles => ({
  journal: join(folder, 'journal.db'),
  manifest: join(folder, 'manifest.json'),
  acknowledgements: join(folder, 'acknowledgements.jsonl'),
  requests: (system) => join(folder, `${system}.requests.jsonl`),
  tracking: join(folder, 'tracking.requests.jsonl'),
  exchanges: join(folder, 'vip.exchanges.jsonl'),
  events: join(folder, 'vip.events.jsonl'),
  vipState: join(folder, 'vip.state.json'),
  vipStore: join(folder, 'vip'),
  kills: join(folder, 'kills.jsonl'),
})

/** One webhook of the CMS that was answered with 2xx. A webhook that was sent twice has two lines with one `id`. */
export interface AcknowledgementLine {
  /** When the answer came. */
  readonly at: number
  /** The same for each time the event was sent. Different events have different ids and different bodies. */
  readonly id: string
  /** `entry.publish` or `asset.publish`: decides which flow has it. */
  readonly type: 'entry.publish' | 'asset.publish'
  /** `uid/locale` for an entry, the uid for an asset: whose versions `version` counts. */
  readonly thing: string
  readonly version: number
  /** `stream`: in the main run. `late`: after everything of it had been delivered. */
  readonly phase: 'stream' | 'late'
  /** Of `asset.publish`: what the webhook said of the asset. */
  readonly asset?: AssetSaid
}

/** What the CMS says of an asset, beside its file. */
export interface AssetSaid {
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly rights: {
    readonly holder: string
    /** ISO 3166-1, where it may be used. */
    readonly territories: readonly string[]
    /** ISO 8601, until when it may be used. */
    readonly until: string
  }
  readonly filename: string
  /** Media type. */
  readonly type: string
}

/** One request that a system has answered, or cut off. */
export interface RequestLine {
  /** When it had come as a whole. */
  readonly began: number
  /** When it was answered. */
  readonly at: number
  /** `uid/locale` of the entry, as in `AcknowledgementLine`. */
  readonly thing: string
  readonly version: number
  /** The idempotency key: the same over all tries of one delivery. */
  readonly entry: string
  /** Whether the system took the request in. */
  readonly applied: boolean
  /** The status it answered; 0: it cut the connection instead. */
  readonly status: number
}

/** One request to the tracking endpoint of the source: what VIP said of an asset, as it arrived. */
export interface TrackingLine {
  /** When it had come as a whole. */
  readonly began: number
  /** When it was answered. */
  readonly at: number
  /** The id of VIP's event, as in `EventLine`. */
  readonly event: string
  /** `vip.asset.published`, … */
  readonly type: string
  /** The uid of the asset in the CMS. */
  readonly asset: string
  /** As in `EventLine`. */
  readonly sequence: number
  readonly entry: string
  readonly applied: boolean
  readonly status: number
}

/** One event of VIP that the service answered with 2xx. */
export interface EventLine {
  readonly at: number
  readonly id: string
  readonly type: string
  /** CloudEvents subject: `assets/ast_…`. */
  readonly subject: string
  /** Counts the events of a subject, from 1. */
  readonly sequence: number
}

/** One exchange with VIP. */
export interface ExchangeLine {
  /** When it began. */
  readonly at: number
  /** When it was answered, or the sender went away. */
  readonly ended: number
  readonly method: string
  /** Without the query. `/uploads/{id}` for the bytes of a file. */
  readonly path: string
  /** 0: the sender went away before it was answered. */
  readonly status: number
  /** Bytes of the request's body that arrived. For a PATCH of an upload: bytes of the file. */
  readonly received: number
  /** The first byte's place in the file, for a PATCH of an upload: its `Upload-Offset`. */
  readonly offset?: number
}

/** What VIP holds at the end. */
export interface VipState {
  readonly assets: readonly VipAssetState[]
  /** Exchanges that broke openapi.yaml, in sentences; none in a good run. */
  readonly violations: readonly string[]
}

/** One asset as VIP holds it at the end. */
export interface VipAssetState {
  /** `ast_…` */
  readonly id: string
  /** The uid of the asset in the CMS. */
  readonly source: string
  readonly status: string
  readonly revision: number
  /** As VIP gives them: see `Metadata` and `Rights` of openapi.yaml. */
  readonly metadata: object
  readonly rights: object
  /** The id of the current version; absent: the asset has none. */
  readonly current?: string
  /** The id of the version that is published; absent: none is. */
  readonly published?: string
  /** Oldest first. */
  readonly versions: readonly VipVersionState[]
}

/** One version of an asset as VIP holds it at the end. */
export interface VipVersionState {
  /** `ver_…` */
  readonly id: string
  /** The CMS's version of the asset that these bytes are. */
  readonly sourceVersion: number
  readonly status: string
  /** `none`: nobody has decided. */
  readonly approval: string
  readonly filename?: string
  readonly mediaType?: string
  /** Lower-case hex, as VIP was told. */
  readonly sha256: string
  readonly size: number
  /** The file of these bytes, below `vipStore`; the checker hashes it itself. */
  readonly file: string
  /** The upload that brought them: `/uploads/{upload}` in the exchanges. */
  readonly upload: string
}

/** One kill of the service. */
export interface KillLine {
  readonly at: number
  /** Requests of entries that the site and the portal were answering. */
  readonly entriesInFlight: number
  /** Uploads whose bytes VIP was taking in, by their ids. */
  readonly uploadsInFlight: readonly string[]
}
